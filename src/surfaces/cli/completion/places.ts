import type { Argument, Command, Option } from 'commander';

/** What may stand somewhere: one of these words, a path, or what nobody can guess. */
export type Values = readonly string[] | 'paths' | 'free';

export interface OptionWords {
  /** With its dashes. */
  readonly name: string;
  readonly description: string;
  /** Null: it takes no value. */
  readonly value: Values | null;
}

/** Where on the command line a person is: behind these verbs. */
export interface Place {
  /** Verbs so far, such as `quarantine list`; empty behind the program's name. */
  readonly path: string;
  readonly verbs: readonly { readonly name: string; readonly summary: string }[];
  readonly options: readonly OptionWords[];
  readonly argument: Values;
}

/** Names that the program does not hold itself. */
export interface Names {
  readonly reports: readonly string[];
  readonly tables: readonly string[];
  readonly streams: readonly string[];
}

/** Options that take one of a few words, by name and, where verbs differ, by verb. Their descriptions say the same words. */
export const OPTION_VALUES: Readonly<Record<string, readonly string[]>> = {
  '--log-format': ['human', 'json'],
  '--mode': ['development', 'extended'],
  '--counting': ['any', '30s', 'completed', 'half'],
  '--content': ['music', 'podcasts', 'audiobooks', 'all'],
  'report --kind': ['track', 'album', 'artist', 'playlist'],
  'query --format': ['table', 'json', 'csv'],
  'export --format': ['parquet', 'csv', 'json'],
};

const PATHS = ['--lake', '--config', '--to', '--out', 'import paths'];

const HELP: OptionWords = { name: '--help', description: 'Show help', value: null };

/** Every place of the program, the one behind its name first. */
export function placesOf(program: Command, names: Names): readonly Place[] {
  const shared = program.options.map((option) => optionWords(option, '', names));
  const places = placesBelow(program, '', names, shared);
  const [{ verbs } = { verbs: [] }] = places;
  return [...places, { path: 'help', verbs, options: [], argument: 'free' }];
}

function placesBelow(command: Command, path: string, names: Names, shared: readonly OptionWords[]): readonly Place[] {
  const verbs = command.commands.filter((verb) => verb.name() !== 'help');
  const own = path === '' ? [] : command.options.filter(({ hidden }) => !hidden).map((option) => optionWords(option, path, names));
  const place: Place = {
    path,
    verbs: [
      ...verbs.map((verb) => ({ name: verb.name(), summary: verb.summary() })),
      ...(path === '' ? [{ name: 'help', summary: 'show help for a verb' }] : []),
    ],
    options: [...own, ...shared, HELP],
    argument: argumentValues(command.registeredArguments[0], path, names),
  };
  return [place, ...verbs.flatMap((verb) => placesBelow(verb, path === '' ? verb.name() : `${path} ${verb.name()}`, names, shared))];
}

function optionWords({ long, flags, description, required, optional, argChoices }: Option, path: string, names: Names): OptionWords {
  const name = long ?? flags;
  return { name, description, value: required || optional ? (argChoices ?? valuesOf(name, path, names)) : null };
}

function argumentValues(argument: Argument | undefined, path: string, names: Names): Values {
  if (argument === undefined) return 'free';
  return argument.argChoices ?? valuesOf(argument.name(), path, names);
}

function valuesOf(name: string, path: string, { reports, tables, streams }: Names): Values {
  const ofVerb = `${path} ${name}`;
  if (PATHS.includes(name) || PATHS.includes(ofVerb)) return 'paths';
  if (name === '--stream') return streams;
  if (name === 'table') return tables;
  if (ofVerb === 'report name') return reports;
  return OPTION_VALUES[ofVerb] ?? OPTION_VALUES[name] ?? 'free';
}
