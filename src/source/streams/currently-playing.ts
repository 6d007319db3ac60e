import { z } from 'zod';
import type { Stream } from '../types.ts';
import { toPage } from './page.ts';

const nothing = z.object({});

/** What plays at this moment: one request a pass. Where nothing plays the answer is a 204 without a body, and is handed over as such. */
export const currentlyPlaying: Stream<z.infer<typeof nothing>> = {
  name: 'currently_playing',
  scopes: ['user-read-currently-playing'],
  state: nothing,
  initial: {},
  notices: () => [],
  estimate: () => ({ requests: 1, atMost: 1, because: 'what plays at this moment' }),
  pages: async function* (state, api) {
    // Without `additional_types` an episode that plays is shown as nothing.
    const answer = await api.get({ path: '/me/player/currently-playing', query: { additional_types: 'track,episode' } });
    yield { page: toPage('currently_playing', api, answer, null), resume: state };
    return state;
  },
};
