import { z } from 'zod';
import type { Stream } from '../types.ts';
import { toPage } from './page.ts';

const profileState = z.object({
  /** UTC date of the last reading, such as `2026-03-01`. */
  readOn: z.string().nullable(),
});
type ProfileState = z.infer<typeof profileState>;

/** The UTC date of a time. */
export const utcDay = (time: Date): string => time.toISOString().slice(0, 10);

/** Who the account is, at most once per UTC day: it hardly ever changes. */
export const profile: Stream<ProfileState> = {
  name: 'profile',
  scopes: ['user-read-private'],
  state: profileState,
  initial: { readOn: null },
  notices: () => [],
  estimate: ({ readOn }, _known, now) => {
    const requests = readOn === utcDay(now) ? 0 : 1;
    return { requests, atMost: requests, because: 'the profile, once a day' };
  },
  pages: async function* (state, api) {
    if (state.readOn === utcDay(api.now())) return state;
    const answer = await api.get({ path: '/me' });
    const read = { readOn: utcDay(answer.observedAt) };
    yield { page: toPage('profile', api, answer, null), resume: read };
    return read;
  },
};
