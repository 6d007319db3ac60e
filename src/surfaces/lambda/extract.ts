import { z } from 'zod';
import { asPipelineError, ERROR_CODES, PipelineError } from '../../kernel/errors.ts';
import { createLander, type Lander } from '../../pipeline/lander.ts';
import { readAppSecret } from '../../pipeline/secrets-manager.ts';
import { METRICS } from './functions.ts';
import { effectsOf, functionSettings } from './settings.ts';
import { beforeTheEnd, type Invocation, processWorld, type World } from './world.ts';

/** What the schedule says. */
const Event = z.object({
  account: z.string().min(1),
  /** Empty: all that the account reads. */
  streams: z.array(z.string().min(1)).default([]),
  /** Asks though the quota was used up, where its end is only guessed. */
  now: z.boolean().default(false),
});

/**
 * `continues`: its time was nearly over, and the next start goes on where it stopped. `deferred`: Spotify asked for a pause until `retryAt`; starts before
 * then ask nothing. `waits`: another function landed all the while. `login_needed`: only a person can help.
 */
export interface ExtractAnswer {
  readonly outcome: 'done' | 'continues' | 'deferred' | 'waits' | 'login_needed' | 'failed';
  readonly runId: string | null;
  /** Answers landed. */
  readonly requests: number;
  /** ISO 8601, UTC. */
  readonly retryAt: string | null;
  readonly problems: readonly { readonly code: string; readonly message: string }[];
}

type Summary = Awaited<ReturnType<Lander['land']>>;

/** What is left of the time for the last answer to be landed and the state to be stored. */
const MARGIN_MS = 60_000;
const STORAGE_MB = 512;
/** Trouble that another start may not meet, or that somebody must see: the invocation fails, and Lambda tries it twice more. */
const FAILS: ReadonlySet<string> = new Set([
  'network',
  'upstream',
  'bad_response',
  'storage',
  'conflict',
  'corrupt',
  'config',
  'usage',
  'internal',
]);

function outcomeOf({ outcomes }: Summary): ExtractAnswer['outcome'] {
  const codes = new Set(outcomes.map(({ code }) => code));
  if (codes.size === 0) return 'done';
  if (codes.has('login_needed')) return 'login_needed';
  if (codes.has('rate_limited') || codes.has('quota_exceeded')) return 'deferred';
  return [...codes].every((code) => code === 'cancelled') ? 'continues' : 'failed';
}

/** `handler` of the function that asks Spotify, in the given world. Whatever it read is landed and its state stored when it ends. */
export function createExtract(world: World): (event: unknown, invocation: Invocation) => Promise<ExtractAnswer> {
  const { log, metrics } = world;
  let opened: { readonly app: string; readonly lander: Lander } | null = null;

  /** The one of before keeps its access token; the secret of the app may have been changed since. */
  async function landerNow(): Promise<Lander> {
    const settings = await functionSettings(world, { storageMb: STORAGE_MB });
    const app = settings.secrets === undefined ? null : await readAppSecret(settings.secrets);
    const known = JSON.stringify(app);
    if (opened?.app === known) return opened.lander;
    const env = app === null ? {} : { TONEARM_CLIENT_ID: app.clientId, TONEARM_CLIENT_SECRET: app.clientSecret ?? undefined };
    const lander = createLander(await functionSettings(world, { storageMb: STORAGE_MB, env }), effectsOf(world));
    opened = { app: known, lander };
    return lander;
  }

  async function tellLogin(lander: Lander, account: string): Promise<void> {
    const login = (await lander.logins()).find((one) => one.account === account);
    if (login?.daysLeft !== undefined && login.daysLeft !== null) metrics.count(METRICS.loginDaysLeft, login.daysLeft);
  }

  function answerOf(summary: Summary): ExtractAnswer {
    const outcome = outcomeOf(summary);
    const requests = summary.streams.reduce((sum, stream) => sum + stream.requests, 0);
    const retryAt = summary.outcomes.find((one) => one.retryAt !== null)?.retryAt ?? null;
    metrics.count(METRICS.requests, requests);
    metrics.count(METRICS.loginNeeded, outcome === 'login_needed' ? 1 : 0);
    metrics.count(METRICS.deferred, outcome === 'deferred' ? 1 : 0);
    metrics.count(METRICS.continued, outcome === 'continues' ? 1 : 0);
    return { outcome, runId: summary.runId, requests, retryAt, problems: summary.outcomes.map(({ code, message }) => ({ code, message })) };
  }

  return async (event, invocation) => {
    const said = Event.safeParse(event);
    if (!said.success) {
      throw new PipelineError(`the event is none of a schedule: ${z.prettifyError(said.error)}`, {
        code: 'usage',
        hint: 'It is {"account": "<name>", "streams": ["recently_played"]}.',
      });
    }
    const { account, streams, now } = said.data;
    try {
      const lander = await landerNow();
      const options = { accounts: [account], streams, now, landOnly: true };
      const summary = await beforeTheEnd(world, invocation, MARGIN_MS, (signal) => lander.land(options, signal));
      await tellLogin(lander, account);
      const answer = answerOf(summary);
      log.info('landed', { account, streams, ...answer });
      const failure = summary.outcomes.find(({ code }) => FAILS.has(code));
      if (failure === undefined) return answer;
      const code = ERROR_CODES.find((one) => one === failure.code) ?? 'internal';
      throw new PipelineError(failure.message, { code, ...(failure.hint === null ? {} : { hint: failure.hint }) });
    } catch (error) {
      const { code, message } = asPipelineError(error);
      if (code === 'lease_held') return { outcome: 'waits', runId: null, requests: 0, retryAt: null, problems: [{ code, message }] };
      log.error('the extract failed', { account, streams, error });
      throw error;
    } finally {
      metrics.flush();
    }
  };
}

export const handler = createExtract(processWorld('extract'));
