import { expect, it } from 'vitest';
import { newestPlayAge } from '../src/pipeline/newest-play.ts';
import { never, sampleAccount } from './sample-account.ts';

it('the age of the newest play grows until another one is read, and is unknown of who never played', async () => {
  const { app, clock, config } = sampleAccount({ mode: 'development', streams: ['recently_played'], artists: 20, joinedOn: '2026-02-27' });
  await app.run({ accounts: [], streams: [] }, never);
  const engine = await app.engine();
  const age = () =>
    newestPlayAge(
      engine,
      config.accounts.map(({ name }) => name),
      clock,
      never,
    );
  const first = await age();
  expect(first).toBeGreaterThanOrEqual(0);
  expect(first).toBeLessThan(86_400);
  clock.advance(86_400_000);
  expect(await age()).toBe((first ?? 0) + 86_400);
  await app.run({ accounts: [], streams: [] }, never);
  expect(await age()).toBeLessThan(86_400);
  expect(await newestPlayAge(engine, ['nobody'], clock, never)).toBeNull();
  await engine.close();
});
