import { type ChildProcess, fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Clock } from '../../kernel/clock.ts';
import { type ErrorCode, PipelineError } from '../../kernel/errors.ts';
import type { ResultColumn, Scalar } from '../engine.ts';
import { type Answer, type Stats, tooSlow } from './answer.ts';
import type { GuardedJob } from './guarded-query.ts';

export interface ToChild {
  readonly job: GuardedJob;
}

export type FromChild =
  | { readonly kind: 'columns'; readonly columns: readonly ResultColumn[] }
  | { readonly kind: 'rows'; readonly rows: readonly (readonly Scalar[])[] }
  | { readonly kind: 'end'; readonly stats: Stats }
  | { readonly kind: 'failed'; readonly message: string; readonly code: ErrorCode; readonly hint: string | null };

/** Heap of JavaScript in the child, in MB; DuckDB's own memory is limited by its settings. */
const CHILD_HEAP_MB = 512;

/** Time the child has, on top of the query's, to start and to end a query by itself before it is killed. */
const GRACE_MS = 5_000;

/** Where the build puts the child: beside the bundle, above its chunks, or in `dist` of the project whose sources run. */
const CHILD_PLACES = ['./query-child.js', '../query-child.js', '../../../dist/query-child.js'] as const;

/** Path of the compiled `query-child` module of this build. Errors: `internal` where it is not built. */
export function builtChild(): string {
  const places = CHILD_PLACES.map((place) => fileURLToPath(new URL(place, import.meta.url)));
  const found = places.find((place) => existsSync(place));
  if (found !== undefined) return found;
  throw new PipelineError('the program that runs your SQL is not built', { code: 'internal', hint: 'Run `npm run build`.' });
}

let ahead: ChildProcess | null = null;

/** Starts the process of the first job already: it loads DuckDB while the program reads its settings and the catalog. It ends with the program, asked or not. */
export function startAhead(): void {
  ahead ??= startChild(builtChild());
  ahead.unref();
  ahead.channel?.unref();
}

/** The process started ahead, if it was started from `entry`, once. */
function takeAhead(entry: string): ChildProcess | null {
  const child = ahead;
  if (child === null || !child.connected || entry !== builtChild()) return null;
  ahead = null;
  return child;
}

/** Runs jobs, each in a process that serves no other meanwhile; one that ended well is kept for the next job. */
export interface QueryProcesses {
  run(job: GuardedJob, signal: AbortSignal): Promise<Answer>;
  close(): void;
}

/** `entry` gives the path of the compiled `query-child` module. Nothing is looked for or started before the first job. */
export function createQueryProcesses(entry: () => string, clock: Clock): QueryProcesses {
  let idle: ChildProcess | null = null;
  const busy = new Set<ChildProcess>();

  const take = (): ChildProcess => {
    const child = idle?.connected ? idle : (takeAhead(entry()) ?? startChild(entry()));
    idle = null;
    busy.add(child);
    return child;
  };
  const giveBack = (child: ChildProcess, isSound: boolean): void => {
    busy.delete(child);
    if (isSound && idle === null && child.connected) {
      idle = child;
      child.unref();
      child.channel?.unref();
    } else child.kill('SIGKILL');
  };

  return {
    run: async (job, signal) => converse(take(), job, clock, signal, giveBack),
    close: () => {
      for (const child of [...busy, ...(idle === null ? [] : [idle])]) child.kill('SIGKILL');
      idle = null;
    },
  };
}

/** The child gets an empty environment: nothing of ours, and no secret, is there to be read. */
function startChild(entry: string): ChildProcess {
  return fork(entry, [], {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    env: {},
    execArgv: [`--max-old-space-size=${CHILD_HEAP_MB}`],
  });
}

async function converse(
  child: ChildProcess,
  job: GuardedJob,
  clock: Clock,
  signal: AbortSignal,
  giveBack: (child: ChildProcess, isSound: boolean) => void,
): Promise<Answer> {
  const inbox = listen(child, job, clock, signal);
  const end = (isSound: boolean): void => {
    inbox.close();
    giveBack(child, isSound);
  };
  try {
    child.ref();
    child.channel?.ref();
    child.send({ job } satisfies ToChild);
    const first = await inbox.next();
    if (first.kind !== 'columns') throw new PipelineError('the query process answered out of turn', { code: 'internal' });
    const stats = { ms: 0, rows: 0, truncated: false };
    return { columns: first.columns, batches: batchesFrom(inbox, stats, end), stats: () => ({ ...stats }) };
  } catch (error) {
    end(error instanceof FailedQuery);
    throw error;
  }
}

async function* batchesFrom(
  inbox: Inbox,
  stats: { -readonly [K in keyof Stats]: Stats[K] },
  end: (isSound: boolean) => void,
): Answer['batches'] {
  let isSound = false;
  try {
    for (let message = await inbox.next(); message.kind !== 'end'; message = await inbox.next()) {
      if (message.kind === 'rows') yield message.rows;
    }
    Object.assign(stats, inbox.stats());
    isSound = true;
  } catch (error) {
    isSound = error instanceof FailedQuery;
    throw error;
  } finally {
    end(isSound);
  }
}

/** The query failed and said so; its process is as good as before. */
class FailedQuery extends PipelineError {}

interface Inbox {
  /** The child's next message. Throws what it failed with, or what became of it. */
  next(): Promise<Exclude<FromChild, { kind: 'failed' }>>;
  stats(): Stats | null;
  close(): void;
}

function listen(child: ChildProcess, job: GuardedJob, clock: Clock, signal: AbortSignal): Inbox {
  const waiting: FromChild[] = [];
  const done = new AbortController();
  let wake: () => void = () => undefined;
  let fate: PipelineError | null = null;
  let stats: Stats | null = null;

  const fail = (error: PipelineError): void => {
    fate ??= error;
    wake();
  };
  const onMessage = (message: FromChild): void => {
    waiting.push(message);
    wake();
  };
  const onExit = (): void => fail(died());
  const onError = (cause: Error): void => fail(new PipelineError('the query process cannot be started', { code: 'internal', cause }));
  const onAbort = (): void => fail(new PipelineError('the query was stopped', { code: 'cancelled' }));
  child.on('message', onMessage);
  child.on('exit', onExit);
  child.on('error', onError);
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort, { once: true });
  clock.sleep(job.asked.limits.ms + GRACE_MS, done.signal).then(
    () => fail(tooSlow(job.asked.limits.ms)),
    (error: unknown) => {
      if (!done.signal.aborted) throw error;
    },
  );

  return {
    next: async () => {
      while (waiting.length === 0) {
        if (fate !== null) throw fate;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      const message = waiting.shift() as FromChild;
      if (message.kind === 'end') stats = message.stats;
      if (message.kind === 'failed') {
        throw new FailedQuery(message.message, { code: message.code, ...(message.hint === null ? {} : { hint: message.hint }) });
      }
      return message;
    },
    stats: () => stats,
    close: () => {
      done.abort();
      signal.removeEventListener('abort', onAbort);
      child.off('message', onMessage);
      child.off('exit', onExit);
      child.off('error', onError);
    },
  };
}

function died(): PipelineError {
  return new PipelineError('the query ended its process: it needed more memory than there is', {
    code: 'limit_exceeded',
    hint: 'Select fewer rows or shorter texts.',
  });
}
