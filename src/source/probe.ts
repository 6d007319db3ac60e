import { asPipelineError, type PipelineError } from '../kernel/errors.ts';
import { ENDPOINT_FAMILIES, type EndpointFamily, type ExampleKind } from './families.ts';
import { fieldOf, isArray, textOf } from './json.ts';
import { isDeafTo429 } from './streams/availability.ts';
import type { Answer, SpotifyClient } from './types.ts';

export interface Probed {
  /** Name of the endpoint family. */
  readonly family: string;
  /**
   * `closed`: refused while others answer. `no_scope`: the login lacks a permission. `failed`: no answer that says anything. `not_asked`: there
   * was no id to ask for, or the probe had stopped.
   */
  readonly state: 'open' | 'closed' | 'no_scope' | 'failed' | 'not_asked';
  /** Spotify's words; why it was not asked. Null where it is open. */
  readonly said: string | null;
}

export interface Probe {
  readonly families: readonly Probed[];
  /** What ended the probe before its last family, such as a rate limit. */
  readonly stopped: PipelineError | null;
  /** How far this machine's clock is ahead of Spotify's `Date` header, in milliseconds; null where nothing answered. */
  readonly clockAheadMs: number | null;
}

/** What every further request would meet too; after a 429 one more does harm. */
const ENDS_PROBE: ReadonlySet<string> = new Set(['rate_limited', 'quota_exceeded', 'login_needed', 'config', 'network', 'cancelled']);

interface Asking {
  readonly api: SpotifyClient;
  readonly examples: Map<ExampleKind, string>;
  /** Families that answered when they were last asked: there a 429 is a rate limit and nothing else. */
  readonly answered: ReadonlySet<string>;
  userId: string | null;
  clockAheadMs: number | null;
  hasAnswered: boolean;
}

const notAsked = ({ name }: EndpointFamily, said: string): Probed => ({ family: name, state: 'not_asked', said });

/**
 * One cheap request for each endpoint family, one after another: all of them with the token of a user, and those that need none with a
 * token of the app. Ends at a real rate limit, and where nothing could answer any more. A refusal counts as `closed` only where something
 * else answers.
 *
 * @param answered families that are known to have answered
 */
export async function probe(api: SpotifyClient, answered: ReadonlySet<string>): Promise<Probe> {
  const asking: Asking = { api, examples: new Map(), answered, userId: null, clockAheadMs: null, hasAnswered: false };
  const families = ENDPOINT_FAMILIES.filter(({ token }) => api.account !== null || token === 'any');
  const probed: Probed[] = [];
  let stopped: PipelineError | null = null;
  for (const family of families) {
    if (stopped !== null) {
      probed.push(notAsked(family, 'the probe had stopped'));
      continue;
    }
    const found = await ask(family, asking);
    if ('state' in found) probed.push(found);
    else {
      stopped = found;
      probed.push(notAsked(family, found.message));
    }
  }
  return { families: asking.hasAnswered ? probed : probed.map(asFailed), stopped, clockAheadMs: asking.clockAheadMs };
}

/** Where nothing answers, a refusal says something about the app or the account and nothing about the family. */
const asFailed = (one: Probed): Probed => (one.state === 'closed' ? { ...one, state: 'failed' } : one);

const filled = (text: string | number, id: string): string => String(text).replace('{id}', id);

async function ask(family: EndpointFamily, asking: Asking): Promise<Probed | PipelineError> {
  const { name, path, query, example } = family;
  const id = example === null ? '' : asking.examples.get(example);
  if (id === undefined) return notAsked(family, `no ${example} is known to ask for`);
  const texts = Object.fromEntries(Object.entries(query).map(([key, value]) => [key, filled(value, id)]));
  try {
    const answer = await asking.api.get({ path: filled(path, encodeURIComponent(id)), query: texts });
    asking.hasAnswered = true;
    asking.clockAheadMs ??= asking.api.now().getTime() - answer.observedAt.getTime();
    learn(family, answer, asking);
    return { family: name, state: 'open', said: null };
  } catch (thrown) {
    const error = asPipelineError(thrown);
    if (error.code === 'internal') throw error;
    return refused(family, error, asking);
  }
}

async function refused({ name }: EndpointFamily, error: PipelineError, asking: Asking): Promise<Probed | PipelineError> {
  const { code, message } = error;
  const isDeaf = isDeafTo429(error, asking.api.now()) && !asking.answered.has(name) && (await othersAnswer(asking));
  if (isDeaf || code === 'missing') return { family: name, state: 'closed', said: message };
  if (ENDS_PROBE.has(code)) return error;
  if (code !== 'forbidden') return { family: name, state: 'failed', said: message };
  if (/premium/i.test(message) || name === '/me') return error;
  return { family: name, state: /scope/i.test(message) ? 'no_scope' : 'closed', said: message };
}

/** The profile for a user, a search for the app: what answered before answers still. */
async function othersAnswer({ api, hasAnswered }: Asking): Promise<boolean> {
  if (!hasAnswered) return false;
  const request = api.account === null ? { path: '/search', query: { q: 'a', type: 'track', limit: 1 } } : { path: '/me' };
  try {
    await api.get(request);
    return true;
  } catch (error) {
    if (asPipelineError(error).code === 'cancelled') throw error;
    return false;
  }
}

/** Keeps ids that later requests need: a track with its album and artist, and a playlist of the user's own. */
function learn({ name }: EndpointFamily, answer: Answer, asking: Asking): void {
  if (answer.body.byteLength === 0) return;
  const body = answer.json();
  const remember = (kind: ExampleKind, value: unknown): void => {
    const id = textOf(value, 'id');
    if (id !== null && id !== '' && !asking.examples.has(kind)) asking.examples.set(kind, id);
  };
  if (name === '/me') asking.userId = textOf(body, 'id');
  const items = fieldOf(name === '/search' ? fieldOf(body, 'tracks') : body, 'items');
  if (!isArray(items)) return;
  if (name === '/me/playlists') {
    remember(
      'playlist',
      items.find((item) => textOf(fieldOf(item, 'owner'), 'id') === asking.userId),
    );
  }
  if (name === '/search' || name === '/me/player/recently-played' || name === '/me/tracks') {
    const track = name === '/search' ? items[0] : fieldOf(items[0], 'track');
    const artists = fieldOf(track, 'artists');
    remember('track', track);
    remember('album', fieldOf(track, 'album'));
    remember('artist', isArray(artists) ? artists[0] : null);
  }
}
