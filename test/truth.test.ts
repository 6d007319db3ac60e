import { describe, expect, it } from 'vitest';
import type { Scalar } from '../src/engines/engine.ts';
import type { App } from '../src/pipeline/app.ts';
import { never, sampleAccount } from './sample-account.ts';
import { soak } from './soak.ts';

const SEEDS = soak(2, 50);
const LIMITS = { rows: 1_000_000, bytes: 1e9, ms: 60_000 };
const DAY_MS = 24 * 60 * 60 * 1000;

async function select(app: App, sql: string): Promise<readonly (readonly Scalar[])[]> {
  const engine = await app.engine();
  const result = await engine.query({ sql, params: {}, limits: LIMITS, trust: 'ours' }, never);
  const rows: (readonly Scalar[])[] = [];
  for await (const batch of result.batches) rows.push(...batch);
  await engine.close();
  return rows;
}

const sorted = (rows: readonly (readonly Scalar[])[]): readonly string[] => rows.map((row) => JSON.stringify(row)).sort();

async function compare(seed: string, mode: 'development' | 'extended'): Promise<void> {
  const sample = sampleAccount({ mode, seed, artists: 25, playsPerDay: 12, joinedOn: '2026-01-10', allStreams: true });
  const { app, clock, simulator } = sample;
  // The last pass walks every list from end to end: what becomes unavailable in a list does not change its version.
  for (const days of [0, 1, 8]) {
    clock.advance(days * DAY_MS);
    const summary = await app.run({ accounts: [], streams: [] }, never);
    expect(summary.outcomes).toEqual([]);
    expect(summary.total.quarantined).toBe(0);
  }
  const truth = simulator.truth();
  const ada = truth.accounts.find(({ name }) => name === 'ada');
  if (ada === undefined) throw new Error('the world has no ada');

  const shown = ada.plays.filter(({ wasShown }) => wasShown).map(({ playedAt, itemId }) => [playedAt, `spotify:track:${itemId}`]);
  const plays = await select(app, "select strftime(ended_at, '%Y-%m-%dT%H:%M:%S.%gZ'), track_uri from plays where kind <> 'local'");
  expect(sorted(plays)).toEqual(sorted(shown.filter(([, uri]) => !uri?.includes('spotify:local:'))));

  const saved = Object.entries(ada.saved).flatMap(([kind, items]) =>
    items.map(({ id, addedAt }) => [kind.replace(/s$/, ''), id, Date.parse(addedAt)]),
  );
  const kept = await select(app, 'select item_kind, item_id, epoch_ms(added_at) from saved_items where removed_at is null');
  expect(sorted(kept)).toEqual(sorted(saved));

  const followed = await select(app, 'select artist_id from followed_artists where removed_at is null');
  expect(sorted(followed)).toEqual(sorted(ada.followed.map((id) => [id])));

  const readable = ada.playlists.filter(({ isMember }) => isMember || mode === 'extended');
  const members = readable.flatMap(({ id, items }) =>
    items.map(({ uri, addedAt, addedBy }, position) => [
      id,
      position,
      uri ?? 'unavailable',
      addedAt === null ? null : Date.parse(addedAt),
      // Spotify keeps back who added what is unavailable.
      uri === null ? null : addedBy,
    ]),
  );
  const current = await select(
    app,
    'select playlist_id, position, item_uri, epoch_ms(added_at), added_by from playlist_items where removed_at is null',
  );
  expect(sorted(current)).toEqual(sorted(members));

  const tracks = await select(
    app,
    `select t.track_id, name, duration_ms, is_explicit, disc_number, track_number, album_id, isrc, artist_ids
     from (select t.* from tracks as t join stored.tracks as s using (track_id) where s._ids_at is not null) as t
     join (select track_id, string_agg(artist_id, ' ' order by position) as artist_ids from track_artists group by 1) using (track_id)`,
  );
  for (const [id, ...values] of tracks) {
    const known = truth.tracks[String(id)];
    if (known === undefined) continue;
    const { name, durationMs, isExplicit, discNumber, trackNumber, albumId, isrc, artistIds } = known;
    expect([id, ...values]).toEqual([id, name, durationMs, isExplicit, discNumber, trackNumber, albumId, isrc, artistIds.join(' ')]);
  }
  expect(tracks.filter(([id]) => truth.tracks[String(id)] !== undefined).length).toBeGreaterThan(20);
  await app.close();
}

describe.each(['development', 'extended'] as const)('in %s mode', (mode) => {
  it(`the tables equal what the simulated Spotify knows, for ${SEEDS / 2} worlds`, { timeout: 900_000 }, async () => {
    for (let seed = 0; seed < SEEDS / 2; seed += 1) await compare(`world ${seed}`, mode);
  });
});
