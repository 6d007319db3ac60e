import { expect, it } from 'vitest';
import { never, sampleAccount } from './sample-account.ts';

it('all streams of an account go on where each refresh ends the refresh token before it', async () => {
  const { app, simulator } = sampleAccount({
    mode: 'development',
    artists: 12,
    joinedOn: '2026-02-20',
    playsPerDay: 4,
    rotatesTokens: true,
  });
  const { outcomes, streams } = await app.run({ accounts: [], streams: [] }, never);
  expect(outcomes).toEqual([]);
  expect(streams.length).toBeGreaterThan(2);
  expect(simulator.requests().filter(({ path }) => path === '/api/token')).toHaveLength(1);
});
