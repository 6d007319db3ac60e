import { asPipelineError, type PipelineError } from '../kernel/errors.ts';
import type { Versioned } from '../kernel/versioned.ts';
import type { Source } from '../landing/raw.ts';
import type { PagesWriter } from '../landing/raw-writer.ts';
import { CONTRACT_VERSION, checkBody } from '../source/contract.ts';
import type { AnyStream, Capabilities, Page, SpotifyClient } from '../source/types.ts';
import type { StreamSummary } from '../tables/run-summary.ts';
import type { Context } from './context.ts';
import type { FieldWatch } from './field-watch.ts';
import { errorFacts } from './summary.ts';

export interface Extracted {
  /** The stream itself first, then every other stream that its answers belong to. */
  readonly streams: readonly AskedStream[];
  readonly error: PipelineError | null;
  /** What is out of reach since this pass, told this once: a sentence each, with what can be done instead. */
  readonly notices: readonly string[];
  /** Stores where the stream stands; called once the tables hold what was landed: state may lag, never lead. */
  saveState(): Promise<void>;
}

export type AskedStream = Omit<StreamSummary, 'read' | 'kept' | 'merged' | 'duplicate' | 'filtered' | 'quarantined'>;

export interface ExtractOptions {
  readonly account: string;
  readonly api: SpotifyClient;
  readonly runId: string;
  readonly source: Source;
  readonly known: Capabilities;
  readonly state: Versioned<unknown>;
  /** Looks at the fields of every answer. */
  readonly fields: FieldWatch;
}

/** Undefined where it is empty or no JSON: raw keeps the bytes, and the build lists the answer in quarantine. */
function bodyOf({ body }: Page): unknown {
  if (body.length === 0) return undefined;
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body));
  } catch {
    return undefined;
  }
}

/** Bodies are checked as they come, so that sound ones need not be checked again when the tables are built. */
const isSound = (page: Page, body: unknown): boolean =>
  page.body.length === 0 || (body !== undefined && checkBody(page.stream, body).violations.length === 0);

/** One raw object per kind of answer. */
function createWriters(context: Context, options: ExtractOptions) {
  const writers = new Map<string, PagesWriter>();
  return {
    append: async (page: Page): Promise<void> => {
      let writer = writers.get(page.stream);
      if (writer === undefined) {
        const { account, source, runId } = options;
        writer = await context.landing.openPages({ stream: page.stream, account, source, runId, contract: CONTRACT_VERSION });
        writers.set(page.stream, writer);
      }
      const body = bodyOf(page);
      if (body !== undefined) options.fields.note(page, body);
      if (!isSound(page, body)) writer.unverified();
      await writer.append({
        observed_at: page.observedAt.toISOString(),
        request: page.request,
        status: page.status,
        ...(page.etag === null ? {} : { etag: page.etag }),
        ...(page.walk === null ? {} : { walk: { started_at: page.walk.startedAt.toISOString(), seq: page.walk.seq } }),
        bytes: page.body.length === 0 ? null : page.body,
      });
    },
    close: async (): Promise<void> => {
      for (const writer of writers.values()) await writer.close();
    },
  };
}

function outcomeOf(error: PipelineError | null): StreamSummary['outcome'] {
  if (error === null) return 'done';
  if (error.code === 'rate_limited' || error.code === 'quota_exceeded') return 'deferred';
  return error.code === 'unavailable' ? 'unavailable' : 'failed';
}

/**
 * Reads one stream of one account and lands every answer. What was received before an error is landed too, and the stream's state is then
 * that of the last answer landed. Errors end this stream alone; they are returned, not thrown.
 */
export async function extract(context: Context, stream: AnyStream, options: ExtractOptions): Promise<Extracted> {
  const stored = await options.state.read();
  if (stored !== null && !stream.state.safeParse(stored.value).success) {
    context.log.warn('the stream starts anew: its state cannot be read', { stream: stream.name });
  }
  const before = stored?.value ?? stream.initial;
  let state = before;
  const writers = createWriters(context, options);
  const requests = new Map<string, number>([[stream.name, 0]]);
  let error: PipelineError | null = null;
  try {
    const pages = stream.pages(state, options.api, options.known);
    for (;;) {
      const next = await pages.next();
      if (next.done === true) {
        state = next.value;
        break;
      }
      await writers.append(next.value.page);
      state = next.value.resume;
      await context.renewLease();
      const name = next.value.page.stream;
      requests.set(name, (requests.get(name) ?? 0) + 1);
      const done = [...requests.values()].reduce((sum, count) => sum + count, 0);
      context.progress({ step: stream.name, account: options.account, done, total: null, unit: 'requests' });
    }
  } catch (thrown) {
    error = asPipelineError(thrown);
  }
  await writers.close();
  if (error?.code === 'storage' || error?.code === 'internal') throw error;
  const notices = stream.notices(before, state);
  for (const { message, code } of notices) context.log.warn(message, { account: options.account, stream: stream.name, code });
  const closed = notices.find(({ code }) => code === 'unavailable') ?? null;
  const isChanged = JSON.stringify(stored?.value) !== JSON.stringify(state);
  return {
    streams: [...requests].map(([name, count]) => {
      // What is closed to this app is told, and is no failure of the run.
      const failure = name === stream.name ? (error ?? closed) : null;
      const facts = failure === null ? null : errorFacts(failure);
      return { account: options.account, stream: name, requests: count, outcome: outcomeOf(failure), error: facts };
    }),
    error,
    notices: notices.map(({ message, hint }) => (hint === null ? message : `${message}. ${hint}`)),
    saveState: async () => {
      // Two runs may store at once; whoever loses leaves the other's, which is as true.
      if (isChanged) await options.state.write(stored?.version ?? 0, state);
    },
  };
}
