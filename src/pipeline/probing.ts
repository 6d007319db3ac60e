import type { AccountConfig } from '../config.ts';
import { asPipelineError } from '../kernel/errors.ts';
import { type Probe, probe } from '../source/probe.ts';
import type { SpotifyClient } from '../source/types.ts';
import { type FamilyFound, keepCapabilities, readCapabilities } from './capabilities.ts';
import type { Context } from './context.ts';
import type { Finding } from './findings.ts';
import { capabilityFindings, skewFinding, stoppedFinding, unsaidFindings } from './health/spotify.ts';
import { appClientFor, clientFor } from './spotify-access.ts';

const NOT_PROBED: Probe = { families: [], stopped: null, clockAheadMs: null };

const openIn = (found: readonly FamilyFound[]): ReadonlySet<string> =>
  new Set(found.filter(({ state }) => state === 'open').map(({ family }) => family));

async function probed(open: () => SpotifyClient, answered: ReadonlySet<string>): Promise<Probe> {
  try {
    return await probe(open(), answered);
  } catch (error) {
    return { ...NOT_PROBED, stopped: asPipelineError(error) };
  }
}

/** The first account that anybody is logged in for; null: none. */
async function loggedIn({ config, credentials }: Context): Promise<AccountConfig | null> {
  for (const account of config.accounts) {
    if (account.refreshToken !== null || (await credentials.login(account.name))?.state === 'in') return account;
  }
  return null;
}

/**
 * Asks Spotify once for each family of endpoints, as the first account that is logged in and, where there is a client secret, as the app
 * alone; keeps what it finds, for runs to go by. Errors: `cancelled`; anything else is a finding.
 */
export async function probeSpotify(context: Context, signal: AbortSignal): Promise<readonly Finding[]> {
  const { config } = context;
  const account = await loggedIn(context);
  const hasSecret = config.spotify.clientId !== null && config.spotify.clientSecret !== null;
  if (account === null && !hasSecret) {
    const next = 'Log in, or set TONEARM_CLIENT_ID and TONEARM_CLIENT_SECRET.';
    return [{ check: 'probe', state: 'warn', where: null, found: 'nothing to ask Spotify with: no login and no client secret', next }];
  }
  const known = await readCapabilities(context);
  const user = account === null ? NOT_PROBED : await probed(() => clientFor(context, account, signal), openIn(known?.user ?? []));
  // What ended the one would most likely end the other, and after a 429 one more request does harm.
  const asksApp = hasSecret && user.stopped === null;
  const app = asksApp ? await probed(() => appClientFor(context, signal), openIn(known?.app ?? [])) : NOT_PROBED;
  for (const { stopped } of [user, app]) if (stopped?.code === 'cancelled') throw stopped;
  const record = await keepCapabilities(context, { user: user.families, app: app.families });
  const aheadMs = user.clockAheadMs ?? app.clockAheadMs;
  return [
    ...(user.stopped === null ? [] : [stoppedFinding(user.stopped, `account ${account?.name}`)]),
    ...(app.stopped === null ? [] : [stoppedFinding(app.stopped, 'the app alone')]),
    ...capabilityFindings(config, record),
    ...unsaidFindings(user.families.filter(({ state }) => state === 'failed')),
    ...(aheadMs === null ? [] : [skewFinding(aheadMs)]),
  ];
}
