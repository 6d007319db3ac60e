import { expect, it } from 'vitest';
import { foundText, importSampleExport, isExact } from '../src/surfaces/cli/commands/demo-export.ts';
import { never, sampleAccount } from './sample-account.ts';

const HOUR_MS = 60 * 60 * 1000;

it('the demo holds the plays of its export and polls to what was played, and says so', { timeout: 60_000 }, async () => {
  const { app, simulator, clock } = sampleAccount({
    mode: 'development',
    artists: 25,
    joinedOn: '2026-01-10',
    streams: ['recently_played'],
  });
  const until = new Date(clock.now().getTime() - 10 * HOUR_MS);
  await app.run({ accounts: [], streams: [] }, never);
  const { summary, archives, found } = await importSampleExport(app, simulator, { account: 'ada', until }, never);
  expect(archives).toEqual(['my_spotify_history.zip', 'my_spotify_data.zip']);
  expect(summary).toMatchObject({ outcome: 'done', total: { quarantined: 0 } });
  clock.advance(48 * HOUR_MS);
  await app.run({ accounts: [], streams: [] }, never);
  const now = await found();
  expect(now).toMatchObject({ account: 'ada', lost: 0, invented: 0, played: now.found });
  expect(now.found).toBeGreaterThan(1_000);
  expect(isExact(now)).toBe(true);
  expect(foundText({ ...now, played: 1_234, found: 1_234 })).toBe('ada played 1,234 times: the lake has 1,234 plays, each once\n');

  // What it was imported from is taken out again: then all of it but what polls show is lost.
  await app.remove({ verb: 'forget', name: summary.runId }, { confirmed: true }, never);
  const without = await found();
  expect(without.lost).toBeGreaterThan(1_000);
  expect(isExact(without)).toBe(false);
  expect(foundText(without)).toMatch(/^ada played [\d,]+ times: the lake has \d+ plays, lacks [\d,]+ and has \d+ that were not\n$/);
});
