import { PipelineError } from '../../kernel/errors.ts';
import { snowflakeFailure } from './failure.ts';
import { driverOptions, type SnowflakePlace } from './place.ts';

export type SnowflakeRow = Readonly<Record<string, string | number | boolean | null>>;

/** What is used of the driver, snowflake-sdk 3.3.0. */
export interface SnowflakeDriver {
  configure(options: Readonly<Record<string, unknown>>): void;
  createConnection(options: Readonly<Record<string, unknown>>): DriverConnection;
}

interface DriverConnection {
  connectAsync(done: (error: unknown) => void): Promise<unknown>;
  execute(options: {
    readonly sqlText: string;
    readonly parameters: Readonly<Record<string, string | number>>;
    readonly complete: (error: unknown, statement: unknown, rows: readonly SnowflakeRow[] | undefined) => void;
  }): { cancel(done: (error: unknown) => void): void };
  destroy(done: (error: unknown) => void): void;
}

export interface SnowflakeSession {
  /** Runs one statement to its end. Errors: those of {@link snowflakeFailure}; `cancelled` where the signal fires: it is then stopped there, too. */
  run(sql: string, signal: AbortSignal): Promise<readonly SnowflakeRow[]>;
  /** Statements that were asked. */
  asked(): number;
  close(): Promise<void>;
}

/** A name that no bundler follows: the driver is not of Tonearm's own packages. */
const DRIVER: string = 'snowflake-sdk';

/** 122 MB, which most people need not: it is installed by whoever loads Snowflake. Errors: `config` where it is not there. */
async function installedDriver(): Promise<SnowflakeDriver> {
  try {
    const module: { readonly default: SnowflakeDriver } = await import(DRIVER);
    return module.default;
  } catch (error) {
    const hint = 'Add it where Tonearm is installed: npm install snowflake-sdk@3.3.0';
    throw new PipelineError("Snowflake's driver is not installed", { code: 'config', hint, cause: error });
  }
}

/** A statement ends after it; of one that waits for another load, sooner. */
const PARAMETERS = { QUERY_TAG: 'tonearm', STATEMENT_TIMEOUT_IN_SECONDS: 1_800, LOCK_TIMEOUT: 300 } as const;

/** Logs in. `role`: null for the user's own. Errors: `config`, `network`, `upstream`. */
export async function openSnowflake(
  place: SnowflakePlace,
  role: string | null,
  driver: SnowflakeDriver | null = null,
): Promise<SnowflakeSession> {
  if ((place.auth === 'oauth' || place.auth === 'pat') && place.token === null) {
    throw new PipelineError(`there is no token to log in to Snowflake with, as auth: ${place.auth} wants`, {
      code: 'config',
      hint: 'Put it into TONEARM_SNOWFLAKE_TOKEN.',
    });
  }
  const used = driver ?? (await installedDriver());
  // It would write a log into the folder of the call. A plain address is that of this machine, where there is no certificate to ask about.
  used.configure({ logLevel: 'OFF', disableOCSPChecks: place.address?.startsWith('http:') === true });
  const connection = await connected(used, place, role);
  const umask = process.umask();
  let asked = 0;
  return {
    run: async (sql, signal) => {
      asked += 1;
      try {
        return await executed(connection, sql, signal);
      } finally {
        // For a stage that is a folder the driver lets everybody write to whatever this process makes from then on.
        process.umask(umask);
      }
    },
    asked: () => asked,
    close: () => new Promise((resolve) => connection.destroy(() => resolve())),
  };
}

async function connected(driver: SnowflakeDriver, place: SnowflakePlace, role: string | null): Promise<DriverConnection> {
  try {
    const connection = driver.createConnection(driverOptions(place, role));
    await new Promise<void>((resolve, reject) => {
      connection.connectAsync((error) => (error ? reject(error) : resolve())).catch(reject);
    });
    return connection;
  } catch (error) {
    throw snowflakeFailure(error, `log in to Snowflake as ${place.user}`);
  }
}

const stopped = (): PipelineError => new PipelineError('stopped', { code: 'cancelled' });

function executed(connection: DriverConnection, sql: string, signal: AbortSignal): Promise<readonly SnowflakeRow[]> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(stopped());
    const statement = connection.execute({
      sqlText: sql,
      parameters: PARAMETERS,
      complete: (error, _statement, rows) => {
        signal.removeEventListener('abort', stop);
        if (error) reject(signal.aborted ? stopped() : snowflakeFailure(error, doing(sql)));
        else resolve(rows ?? []);
      },
    });
    const stop = (): void => statement.cancel((error) => (error ? reject(stopped()) : undefined));
    signal.addEventListener('abort', stop, { once: true });
  });
}

/** The beginning of a statement, which says what it is about and holds no value. */
const doing = (sql: string): string => `run ${/^\w+(?: \w+)*(?: "[^"]*"(?:\."[^"]*")*)?/.exec(sql)?.[0] ?? 'a statement'}`;
