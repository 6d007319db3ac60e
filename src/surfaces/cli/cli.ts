import { PipelineError } from '../../kernel/errors.ts';
import type { Log, LogLevel } from '../../kernel/log.ts';
import type { App } from '../../pipeline/app.ts';
import type { CliEffects, Output } from './effects.ts';
import { createMessages, type Messages } from './messages.ts';
import { jsonText } from './render/json.ts';
import { type Paint, paintFor } from './render/paint.ts';

export type Engine = Awaited<ReturnType<App['engine']>>;
export type RunSummary = Awaited<ReturnType<App['run']>>;
export type Settings = App['config'];

/** Options that every verb takes. */
export interface GlobalFlags {
  readonly lake?: string;
  readonly config?: string;
  readonly memory?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly logFormat: 'human' | 'json';
}

/** One call of the command line: its flags, its outputs and the app it works on. */
export interface Cli {
  readonly effects: CliEffects;
  readonly flags: GlobalFlags;
  readonly paint: Paint;
  /** Width that tables must fit into; null = any. */
  readonly width: number | null;
  /** To stderr: what is no result. Nothing with `--quiet` or `--json`. */
  note(text: string): void;
  /** To stderr, also with `--quiet`: what makes the result less than it seems. With `--json` the document says it. */
  warn(text: string): void;
  /** To stderr, where it is a terminal: how far long work has come. */
  readonly progress: Messages['progress'];
  /** The result: one JSON document with `--json`, else the text. */
  result(document: unknown, text: () => string): void;
  settings(): Promise<Settings>;
  /** To stderr, as these settings and the flags want it. */
  log(settings: Settings): Promise<Log>;
  /** Gives the app to `work` and closes it afterwards. */
  withApp<T>(work: (app: App) => Promise<T>): Promise<T>;
  /** Likewise with an engine, DuckDB where none is named. Errors: `usage` for a name that is none. */
  withEngine<T>(work: (engine: Engine, app: App) => Promise<T>, name?: string): Promise<T>;
}

export function createCli(effects: CliEffects, flags: GlobalFlags): Cli {
  const { stderr } = effects;
  const isChatty = flags.quiet !== true && flags.json !== true;
  const messages = createMessages(stderr, effects.clock, isChatty && stderr.isTerminal);

  // Whoever writes a result writes over no line of progress.
  const stdout: Output = {
    ...effects.stdout,
    write: (text) => {
      messages.clear();
      effects.stdout.write(text);
    },
  };

  const settings = async (): Promise<Settings> => {
    const { loadSettings } = await import('../../pipeline/settings.ts');
    return loadSettings({ cwd: effects.cwd, env: effects.env, flags });
  };
  const log: Cli['log'] = async (of) => {
    const { createLog } = await import('../../kernel/log.ts');
    const write = (line: string): void => messages.line(line.replace(/\n$/, ''));
    return createLog({ format: flags.logFormat, level: logLevel(flags, of), write, clock: effects.clock });
  };
  const warn: Cli['warn'] = (text) => {
    if (flags.json !== true) messages.line(paintFor(effects.env, stderr).yellow(text));
  };
  const withApp: Cli['withApp'] = async (work) => {
    const app = await openApp(effects, await settings(), log, messages);
    try {
      return await work(app);
    } finally {
      messages.clear();
      await warnOfLogins(app, warn);
      await app.close();
    }
  };
  return {
    effects: { ...effects, stdout },
    flags,
    paint: paintFor(effects.env, stdout),
    width: stdout.columns,
    note: (text) => {
      if (isChatty) messages.line(text);
    },
    warn,
    progress: messages.progress,
    result: (document, text) => {
      stdout.write(flags.json === true ? `${jsonText(document)}\n` : text());
    },
    settings,
    log,
    withApp,
    withEngine: (work, name) =>
      withApp(async (app) => {
        const engine = await app.engine(engineName(name));
        try {
          return await work(engine, app);
        } finally {
          await engine.close();
        }
      }),
  };
}

/** Whatever a person does with a lake, they hear of a login that is about to end: nothing else would tell them before it is over. */
async function warnOfLogins(app: App, warn: Cli['warn']): Promise<void> {
  const { loginWarnings } = await import('../../pipeline/login-dates.ts');
  for (const warning of loginWarnings(await app.logins.dates())) warn(`warning: ${warning}`);
}

async function openApp({ clock, fetch }: CliEffects, settings: Settings, log: Cli['log'], messages: Messages): Promise<App> {
  const [{ createApp }, ownLog] = await Promise.all([import('../../pipeline/wiring.ts'), log(settings)]);
  return createApp(settings, { clock, fetch, log: ownLog, progress: messages.progress });
}

function logLevel(flags: GlobalFlags, settings: Settings): LogLevel {
  const isLouder = settings.logLevel === 'info' || settings.logLevel === 'debug';
  return flags.quiet === true && isLouder ? 'warn' : settings.logLevel;
}

const ENGINES = ['duckdb', 'athena', 'snowflake'] as const;

function engineName(name: string = 'duckdb'): (typeof ENGINES)[number] {
  const known = ENGINES.find((one) => one === name);
  if (known !== undefined) return known;
  throw new PipelineError(`--engine is ${name}`, { code: 'usage', hint: `It is one of ${ENGINES.join(', ')}.` });
}

/** A whole number of an option; `usage` otherwise. */
export function wholeNumber(text: string, option: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new PipelineError(`${option} is ${JSON.stringify(text)}: it takes a whole number above 0`, { code: 'usage' });
}
