import { Command } from 'commander';
import type { ExitCode } from '../../kernel/exit-code.ts';
import { createCli, type GlobalFlags } from './cli.ts';
import { type CliEffects, packageVersion, processEffects } from './effects.ts';
import { tellFailure } from './failure.ts';
import type { Act } from './verb.ts';
import { VERBS } from './verbs.ts';

/**
 * Runs one command line (without the program's name) and gives its exit code. stdout is the result, stderr is progress and log; with `--json`
 * stdout is one JSON document, also for errors. Never throws.
 */
export async function main(argv: readonly string[], effects: CliEffects = processEffects()): Promise<number> {
  let exitCode: ExitCode = 0;
  const program = createProgram(effects, (code) => {
    exitCode = code;
  });
  if (argv.length === 0) {
    program.outputHelp();
    return 0;
  }
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (isShown(error)) return 0;
    return tellFailure(effects, argv.includes('--json'), error);
  }
}

/** Every verb with its options; `ended` is told the exit code. */
export function createProgram(effects: CliEffects, ended: (code: ExitCode) => void): Command {
  const program = new Command('tonearm')
    .description('Your Spotify data as a lakehouse you own.')
    .version(packageVersion(), '--version', 'Show the version')
    .helpOption('-h, --help', 'Show help')
    .helpCommand('help [verb]', 'Show help for a verb')
    .option('--lake <folder>', 'Folder of the lake, or s3://bucket/prefix')
    .option('--config <file>', 'Settings, in place of the tonearm.yaml found from here upwards')
    .option('--memory <size>', 'Memory that DuckDB may use, such as 512MB, in place of memory_limit')
    .option('--json', 'Give the result, or the error, as one JSON document')
    .option('--quiet', 'Say nothing but the result, warnings and errors')
    .option('--log-format <format>', 'human or json', 'human')
    .showSuggestionAfterError(true)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => effects.stdout.write(text),
      // A complaint is told once, by main.
      writeErr: () => undefined,
      getOutHelpWidth: () => effects.stdout.columns ?? 100,
      getOutHasColors: () => false,
    });
  const act: Act =
    (work) =>
    async (...given) => {
      ended(await work(createCli(effects, globalFlags(program)), ...given));
    };
  for (const addVerb of VERBS) addVerb(program, act);
  return program;
}

function globalFlags(program: Command): GlobalFlags {
  const flags = program.opts<Omit<GlobalFlags, 'logFormat'> & { logFormat: string }>();
  const { logFormat } = flags;
  if (logFormat === 'human' || logFormat === 'json') return { ...flags, logFormat };
  return program.error(`error: --log-format is ${logFormat}: it is human or json`, { code: 'commander.invalidArgument' });
}

/** commander ends the parsing this way once it has shown help or the version. */
function isShown(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    ['commander.helpDisplayed', 'commander.help', 'commander.version'].includes(String(error.code))
  );
}
