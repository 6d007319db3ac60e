import type { Clock } from '../../kernel/clock.ts';
import { PipelineError } from '../../kernel/errors.ts';
import { type Answer, type Asked, answer } from './answer.ts';
import { duckDbFailure } from './failure.ts';
import { judge } from './guard.ts';
import { namesKept, withKept } from './keeping.ts';
import type { LakeFiles } from './relations.ts';
import { lockSession, type Machine, openSession } from './session.ts';

/** A person's query with everything needed to answer it: fit for a message to another process. */
export interface GuardedJob {
  readonly asked: Asked;
  readonly files: LakeFiles;
  readonly machine: Machine;
}

/** DuckDB's number for the two kinds of statement that only read. */
const STATEMENT_TYPE = { select: 1, explain: 4 } as const;

/** Answers a person's query in a DuckDB of its own that can read the lake's files and nothing else, and that ends with the answer. */
export async function answerGuarded(job: GuardedJob, clock: Clock, signal: AbortSignal): Promise<Answer> {
  try {
    return await answerWith(job, job.asked.sql, clock, signal);
  } catch (error) {
    // What a name was made of is not always seen in the text: DuckDB has the last word, with all tables before it.
    if (!(error instanceof PipelineError) || !/does not exist/.test(error.message)) throw error;
    return answerWith(job, null, clock, signal);
  }
}

async function answerWith(job: GuardedJob, about: string | null, clock: Clock, signal: AbortSignal): Promise<Answer> {
  const isOfReport = namesKept(job.asked.sql);
  const session = await openSession(job.files, job.machine, about === null || !isOfReport ? about : withKept(about));
  try {
    const connection = await session.connect();
    if (isOfReport) await session.keepFor(connection, job.asked.sql);
    await lockSession(connection, job.files);
    const judged = await judge(connection, job.asked.sql);
    const statements = await connection.extractStatements(judged.sql);
    const type = statements.count === 1 ? (await statements.prepare(0)).statementType : null;
    if (type !== STATEMENT_TYPE[judged.kind]) throw new PipelineError('only SELECT can be asked here', { code: 'bad_sql' });
    const given = await answer(connection, { ...job.asked, sql: judged.sql }, clock, signal);
    return { ...given, batches: closingAfter(given.batches, job.files, () => session.close()) };
  } catch (error) {
    session.close();
    throw duckDbFailure(error, job.files);
  }
}

/** The same batches; failures told in our words; `close` runs at the end, whichever it is. */
export async function* closingAfter(batches: Answer['batches'], files: LakeFiles, close: () => void): Answer['batches'] {
  try {
    yield* batches;
  } catch (error) {
    throw duckDbFailure(error, files);
  } finally {
    close();
  }
}
