import { PipelineError } from '../../kernel/errors.ts';
import { snowflakeFailure } from './failure.ts';
import { driverOptions, type SnowflakePlace } from './place.ts';

export type SnowflakeRow = Readonly<Record<string, string | number | boolean | null>>;

/** What is used of the driver, snowflake-sdk 3.3.0. */
export interface SnowflakeDriver {
  configure(options: Readonly<Record<string, unknown>>): void;
  createConnection(options: Readonly<Record<string, unknown>>): DriverConnection;
}

export type Bind = string | number | boolean | null;

interface DriverStatement {
  cancel(done: (error: unknown) => void): void;
  getColumns(): readonly DriverColumn[] | undefined;
  /** Rows as arrays of what `fetchAsString` left of them; fetched as they are read. */
  streamRows(): AsyncIterable<readonly (string | number | boolean | null)[]> & { destroy(): void };
}

interface DriverColumn {
  getName(): string;
  getType(): string;
  getPrecision(): number | null;
  getScale(): number | null;
}

interface Execution {
  readonly sqlText: string;
  readonly parameters: Readonly<Record<string, string | number>>;
  readonly binds?: readonly Bind[];
  readonly streamResult?: boolean;
  readonly rowMode?: 'array';
  readonly fetchAsString?: readonly string[];
  readonly complete: (error: unknown, statement: DriverStatement, rows: readonly SnowflakeRow[] | undefined) => void;
}

interface DriverConnection {
  connectAsync(done: (error: unknown) => void): Promise<unknown>;
  execute(options: Execution): { cancel(done: (error: unknown) => void): void };
  destroy(done: (error: unknown) => void): void;
}

/** A question, and how long it may take. */
export interface SnowflakeQuestion {
  readonly sql: string;
  /** In the order of the `?` of the SQL. */
  readonly binds: readonly Bind[];
  readonly ms: number;
}

export interface SnowflakeColumn {
  readonly name: string;
  /** As the driver calls it: `fixed`, `timestamp_ntz`, … */
  readonly type: string;
  readonly precision: number;
  readonly scale: number;
}

export interface SnowflakeAnswer {
  readonly columns: readonly SnowflakeColumn[];
  /** Everything but truth values as text. Read to its end, or closed, as they come in parts. */
  readonly rows: AsyncIterable<readonly (string | number | boolean | null)[]>;
}

export interface SnowflakeSession {
  /** Runs one statement to its end. Errors: those of {@link snowflakeFailure}; `cancelled` where the signal fires: it is then stopped there, too. */
  run(sql: string, signal: AbortSignal): Promise<readonly SnowflakeRow[]>;
  /** Statements that were asked. */
  asked(): number;
  close(): Promise<void>;
}

export interface AskingSession extends SnowflakeSession {
  /** Runs one SELECT. Errors: as `run`; `limit_exceeded` where its time is up, which Snowflake is told, too. */
  ask(question: SnowflakeQuestion, signal: AbortSignal): Promise<SnowflakeAnswer>;
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

/**
 * A statement ends after it; of one that waits for another load, sooner. What a lost session left running is stopped after five minutes, and its transaction,
 * where another waits for it, five minutes later (https://docs.snowflake.com/en/sql-reference/transactions): who waits, waits longer than that.
 */
const PARAMETERS = { QUERY_TAG: 'tonearm', STATEMENT_TIMEOUT_IN_SECONDS: 1_800, LOCK_TIMEOUT: 720 } as const;

/** Of a question: nothing of what it says depends on how the account or the user is set. */
const QUESTION_PARAMETERS = {
  MULTI_STATEMENT_COUNT: 1,
  TIMEZONE: 'UTC',
  TIMESTAMP_TYPE_MAPPING: 'TIMESTAMP_NTZ',
  DATE_OUTPUT_FORMAT: 'YYYY-MM-DD',
  TIMESTAMP_OUTPUT_FORMAT: 'YYYY-MM-DD HH24:MI:SS.FF6 TZH:TZM',
  TIMESTAMP_NTZ_OUTPUT_FORMAT: 'YYYY-MM-DD HH24:MI:SS.FF6',
} as const;

const AS_TEXT = { streamResult: true, rowMode: 'array', fetchAsString: ['Number', 'Date', 'JSON', 'Buffer'] } as const;

/** Logs in. `role`: null for the user's own. Errors: `config`, `network`, `upstream`. */
export async function openSnowflake(
  place: SnowflakePlace,
  role: string | null,
  driver: SnowflakeDriver | null = null,
): Promise<AskingSession> {
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
        const { rows } = await executed(connection, { sqlText: sql, parameters: PARAMETERS }, signal);
        return rows;
      } finally {
        // For a stage that is a folder the driver lets everybody write to whatever this process makes from then on.
        process.umask(umask);
      }
    },
    ask: async ({ sql, binds, ms }, signal) => {
      asked += 1;
      const parameters = { ...PARAMETERS, ...QUESTION_PARAMETERS, STATEMENT_TIMEOUT_IN_SECONDS: Math.ceil(ms / 1_000) };
      const { statement } = await executed(connection, { sqlText: sql, parameters, binds, ...AS_TEXT }, signal);
      return answerOf(statement);
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

function executed(
  connection: DriverConnection,
  asked: Omit<Execution, 'complete'>,
  signal: AbortSignal,
): Promise<{ readonly statement: DriverStatement; readonly rows: readonly SnowflakeRow[] }> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(stopped());
    const statement = connection.execute({
      ...asked,
      complete: (error, done, rows) => {
        signal.removeEventListener('abort', stop);
        if (error) reject(signal.aborted ? stopped() : snowflakeFailure(error, doing(asked.sqlText)));
        else resolve({ statement: done, rows: rows ?? [] });
      },
    });
    const stop = (): void => statement.cancel((error) => (error ? reject(stopped()) : undefined));
    signal.addEventListener('abort', stop, { once: true });
  });
}

function answerOf(statement: DriverStatement): SnowflakeAnswer {
  const columns = (statement.getColumns() ?? []).map((column) => ({
    name: column.getName(),
    type: column.getType().toLowerCase(),
    precision: column.getPrecision() ?? 0,
    scale: column.getScale() ?? 0,
  }));
  return { columns, rows: rowsOf(statement) };
}

async function* rowsOf(statement: DriverStatement): SnowflakeAnswer['rows'] {
  const rows = statement.streamRows();
  try {
    yield* rows;
  } catch (error) {
    throw snowflakeFailure(error, 'read the answer of Snowflake');
  } finally {
    rows.destroy();
  }
}

/** The beginning of a statement, which says what it is about and holds no value. */
const doing = (sql: string): string => `run ${/^\w+(?: \w+)*(?: "[^"]*"(?:\."[^"]*")*)?/.exec(sql)?.[0] ?? 'a statement'}`;
