import type { AthenaClient, ColumnInfo, QueryExecution, Row } from '@aws-sdk/client-athena';
import type { Clock } from '../../kernel/clock.ts';
import { PipelineError } from '../../kernel/errors.ts';
import { type Progress, stopped, type TextRow, toldApart, tooSlow, withinLimits } from '../cloud/answers.ts';
import { toScalar } from '../cloud/scalars.ts';
import type { QueryLimits, Result, ResultColumn } from '../engine.ts';
import { awsError, queryFailure } from './failure.ts';
import { type AthenaPlace, clientOf } from './place.ts';
import { logicalType } from './types.ts';

/** An answer that lies ready at Athena. */
export type Answer = Omit<Result, 'catalogVersion'>;

export interface Athena {
  /**
   * Runs one statement to its end. Errors, then or while reading on: those of {@link awsError} and {@link queryFailure}; `limit_exceeded` where time is
   * up, `cancelled` where the signal fires: the query is then stopped at Athena, too.
   */
  answer(sql: string, limits: QueryLimits, signal: AbortSignal): Promise<Answer>;
  close(): void;
}

type Sdk = typeof import('@aws-sdk/client-athena');

const ATTEMPTS = 4;
const FIRST_WAIT_MS = 100;
const MOST_WAIT_MS = 1_000;
/** Most that Athena gives at once. https://docs.aws.amazon.com/athena/latest/APIReference/API_GetQueryResults.html */
const PAGE_ROWS = 1_000;

/** The SDK is loaded, and Athena first asked, with the first question. */
export function createAthena(place: AthenaPlace, clock: Clock, attempts: number = ATTEMPTS): Athena {
  let connected: Promise<{ sdk: Sdk; client: AthenaClient }> | null = null;
  const connect = async (): Promise<{ sdk: Sdk; client: AthenaClient }> => {
    const sdk = await import('@aws-sdk/client-athena');
    return { sdk, client: new sdk.AthenaClient({ ...clientOf(place), maxAttempts: attempts }) };
  };
  const ask = async <T>(doing: string, work: (sdk: Sdk, client: AthenaClient) => Promise<T>): Promise<T> => {
    try {
      connected ??= connect();
      const { sdk, client } = await connected;
      return await work(sdk, client);
    } catch (error) {
      throw awsError(error, doing);
    }
  };

  const start = (sql: string): Promise<string> =>
    ask(`ask Athena in the workgroup ${place.workgroup}`, async (sdk, client) => {
      const { QueryExecutionId } = await client.send(
        new sdk.StartQueryExecutionCommand({
          QueryString: sql,
          WorkGroup: place.workgroup,
          QueryExecutionContext: { Database: place.database, Catalog: 'AwsDataCatalog' },
        }),
      );
      return QueryExecutionId ?? '';
    });
  const look = (id: string): Promise<QueryExecution> =>
    ask('see how the query does at Athena', async (sdk, client) => {
      const { QueryExecution } = await client.send(new sdk.GetQueryExecutionCommand({ QueryExecutionId: id }));
      return QueryExecution ?? {};
    });
  const stop = (id: string): Promise<unknown> =>
    ask('stop the query at Athena', (sdk, client) => client.send(new sdk.StopQueryExecutionCommand({ QueryExecutionId: id })));

  /** Until the query is over; where it is given up, it is stopped first. */
  async function ended(id: string, limits: QueryLimits, signal: AbortSignal): Promise<QueryExecution> {
    const started = clock.now().getTime();
    for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 2, MOST_WAIT_MS)) {
      const execution = await look(id);
      const { State, StateChangeReason = '', AthenaError } = execution.Status ?? {};
      if (State === 'SUCCEEDED') return execution;
      if (State === 'FAILED') throw queryFailure(AthenaError?.ErrorMessage ?? StateChangeReason, AthenaError?.ErrorCategory);
      if (State === 'CANCELLED') throw cancelledThere(StateChangeReason);
      const given = signal.aborted ? stopped() : clock.now().getTime() - started > limits.ms ? tooSlow(limits.ms) : null;
      if (given !== null) {
        await stop(id);
        throw given;
      }
      await clock.sleep(wait, signal).catch((error: unknown) => {
        if (!signal.aborted) throw error;
      });
    }
  }

  async function* pagesOf(id: string): AsyncGenerator<{ rows: readonly Row[]; columns: readonly ColumnInfo[] }, void> {
    let NextToken: string | undefined;
    do {
      const from = NextToken === undefined ? {} : { NextToken };
      const page = await ask('read the answer of Athena', (sdk, client) =>
        client.send(new sdk.GetQueryResultsCommand({ QueryExecutionId: id, MaxResults: PAGE_ROWS, ...from })),
      );
      yield { rows: page.ResultSet?.Rows ?? [], columns: page.ResultSet?.ResultSetMetadata?.ColumnInfo ?? [] };
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
  }

  return {
    answer: async (sql, limits, signal) => {
      if (signal.aborted) throw stopped();
      const began = clock.now().getTime();
      const id = await start(sql);
      const execution = await ended(id, limits, signal);
      const pages = pagesOf(id);
      const first = (await pages.next()).value ?? { rows: [], columns: [] };
      const columns = columnsOf(first.columns);
      const progress: Progress = { rows: 0, truncated: false };
      // A SELECT has the names of its columns as the first row.
      const isHeaded = execution.StatementType !== 'UTILITY' && isHeader(first.rows[0], first.columns);
      const rowPages = async function* (): AsyncGenerator<readonly TextRow[], void> {
        yield textsOf(isHeaded ? first.rows.slice(1) : first.rows);
        for await (const { rows } of pages) yield textsOf(rows);
      };
      return {
        columns,
        batches: withinLimits(rowPages(), columns, toScalar, limits, progress, signal),
        stats: () => ({
          ...progress,
          scannedBytes: execution.Statistics?.DataScannedInBytes ?? null,
          ms: clock.now().getTime() - began,
        }),
      };
    },
    close: () => {
      connected?.then(
        ({ client }) => client.destroy(),
        () => undefined,
      );
      connected = null;
    },
  };
}

function cancelledThere(reason: string): PipelineError {
  return /limit|exceed/i.test(reason)
    ? queryFailure(reason, undefined)
    : new PipelineError(`the query was stopped at Athena: ${reason}`, { code: 'cancelled' });
}

const isHeader = (row: Row | undefined, columns: readonly ColumnInfo[]): boolean =>
  row !== undefined && columns.every(({ Name }, at) => row.Data?.[at]?.VarCharValue === Name);

const columnsOf = (columns: readonly ColumnInfo[]): readonly ResultColumn[] =>
  toldApart(columns.map(({ Name = '', Type = '', Precision = 0 }) => ({ name: Name, type: logicalType(Type, Precision) })));

const textsOf = (rows: readonly Row[]): readonly TextRow[] =>
  rows.map(({ Data = [] }) => Data.map(({ VarCharValue }) => VarCharValue ?? null));
