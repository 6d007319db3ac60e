import { CLIENT_ID, CLIENT_SECRET, refreshTokenOf } from '../simulator/http/tokens.ts';
import { createSimulator, type Simulator } from '../simulator/simulator.ts';
import { createVirtualClock } from '../src/kernel/clock.ts';
import type { CliEffects } from '../src/surfaces/cli/effects.ts';

/** What `main` needs to reach a small simulated Spotify, on its clock and without a port. */
export function sampleSpotify(): { readonly simulator: Simulator; readonly effects: Pick<CliEffects, 'env' | 'fetch' | 'clock'> } {
  const clock = createVirtualClock(new Date('2026-03-02T12:00:00Z'));
  const ada = { name: 'ada', displayName: 'Ada', joinedOn: '2025-12-01', country: 'DE', utcOffsetMinutes: 60, playsPerDay: 20 };
  const simulator = createSimulator({ seed: 'cli', mode: 'development', clock, artists: 20, accounts: [ada] });
  const env = {
    TONEARM_API_URL: 'http://127.0.0.1:9/v1',
    TONEARM_ACCOUNTS_URL: 'http://127.0.0.1:9',
    TONEARM_CLIENT_ID: CLIENT_ID,
    TONEARM_CLIENT_SECRET: CLIENT_SECRET,
    TONEARM_REFRESH_TOKEN: refreshTokenOf('ada'),
  };
  return { simulator, effects: { env, clock, fetch: async (input, init) => simulator.app.fetch(new Request(input, init)) } };
}
