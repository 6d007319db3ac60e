import { expect, it } from 'vitest';
import { never, sampleAccount } from './sample-account.ts';

it('the doctor and the checks find nothing wrong with an account of every stream, and why leads back for every table', {
  timeout: 120_000,
}, async () => {
  const { app, clock } = sampleAccount({ mode: 'extended', allStreams: true, artists: 30, playsPerDay: 8, joinedOn: '2026-01-10' });
  for (let day = 0; day < 2; day += 1) {
    const summary = await app.run({ accounts: [], streams: [] }, never);
    expect(summary.outcomes).toEqual([]);
    clock.advance(24 * 60 * 60 * 1000);
  }
  const findings = await app.doctor({ deep: true }, never);
  expect(findings.filter(({ state }) => state !== 'ok')).toEqual([]);
  expect(await app.compareRaw()).toMatchObject({ waiting: [], missed: [], gone: [], unnoted: [] });

  const engine = await app.engine();
  const limits = { rows: 1, bytes: 1_000_000, ms: 60_000 };
  for (const [table, key] of [
    ['plays', 'play_id'],
    ['playlist_items', 'item_uri'],
    ['tracks', 'track_id'],
    ['artists', 'artist_id'],
    ['playlists', 'playlist_id'],
    ['shows', 'show_id'],
  ] as const) {
    const sql = `select ${key} from ${table} group by 1 having count(*) = 1 order by 1`;
    const { batches } = await engine.query({ sql, params: {}, limits, trust: 'ours' }, never);
    let id = '';
    for await (const batch of batches) id = String(batch[0]?.[0] ?? id);
    const { raw } = await app.why({ table, key: [`${key}=${id}`] }, never);
    expect([table, raw?.status, raw?.record.form]).toEqual([table, 200, 'json']);
    if (key !== 'play_id') expect(raw?.record.text).toContain(id.split(':').at(-1));
  }
  await engine.close();
});
