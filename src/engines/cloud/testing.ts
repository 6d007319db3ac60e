/** For tests: a lake that takes views apart. */
import type { TimeZones } from '../duckdb/local-time.ts';
import type { SampleLake, SampleRow } from '../testing.ts';

/** Where the days of its accounts begin. */
export const ODD_ZONES: TimeZones = { a1: 'Europe/Berlin', a2: 'America/New_York' };
const CASES = 40;

/** Numbers below a bound that look random and are the same each time. */
function createDice(): (bound: number) => number {
  let state = 42;
  return (bound) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * bound);
  };
}

const dice = createDice();
const oneOf = <T>(...values: readonly T[]): T => values[dice(values.length)] as T;
const times = <T>(count: number, make: (at: number) => T): readonly T[] => Array.from({ length: count }, (_, at) => make(at));
const on = (day: number): string => `2024-01-${String(day).padStart(2, '0')} ${oneOf('00:00:00', '22:30:00.25')}`;

/** Sightings of one key in up to three files: each with some of the column groups, at times that may be the same. */
function sightings(table: string, key: string, groups: Readonly<Record<string, (at: number) => SampleRow>>): readonly SampleRow[] {
  return times(CASES, (at) => {
    const seen = Object.entries(groups).filter(() => dice(3) > 0);
    const parts = seen.map(([group, values]) => ({ ...values(dice(3)), [`_${group}_at`]: on(1 + dice(3)), [`_${group}_shape`]: dice(2) }));
    return Object.assign(
      { [key]: `${table}${at}`, _observed_at: on(1 + dice(3)), _raw_key: oneOf('k1', 'k2', null), _raw_line: dice(3) },
      ...parts,
    );
  });
}

const tracks = (): readonly SampleRow[] =>
  sightings('t', 'track_id', {
    core: (at) => ({
      name: oneOf(`Name ${at}`, null, `Song ${dice(4)}`),
      _artist_ids: oneOf(['a1', 'a2'], ['a2'], null, []),
      is_explicit: oneOf(true, false, null),
    }),
    album: () => ({ album_id: oneOf('b1', null) }),
    ids: () => ({ isrc: oneOf('X1', 'X2', 'X3', null) }),
  });

/** A library of its own: looks of the Web API and of exports, and stays that may be of either. */
function library(account: string): { readonly looks: readonly SampleRow[]; readonly stays: readonly SampleRow[] } {
  const kind = oneOf('track', 'album');
  const look = (list_kind: string) => ({
    list_kind,
    list_id: account,
    observed_at: oneOf(on(1 + dice(20)), null),
    is_complete: dice(5) > 0,
  });
  const stays = times(4, (at) => {
    const from = 1 + dice(10);
    return {
      ...{ account_id: account, item_kind: kind, item_uri: `spotify:${kind}:${dice(2)}`, item_id: 'i', position: at, source: 'export' },
      ...{
        seen_from: oneOf(on(from), `2024-01-${10 + at} 01:00:00`),
        removed_at: oneOf(null, on(from + 11)),
        added_at: oneOf(null, on(from)),
      },
      ...{ _shown_at: oneOf([], null, [on(from + 1), on(from + 2)]), _last_shown_at: on(from), _is_exported: oneOf(true, false, null) },
    };
  });
  return { looks: times(6, () => look(`${oneOf('', 'exported_')}saved_${kind}s`)), stays };
}

const play = (account_id: string, at: number): SampleRow => ({
  ...{ play_id: `${account_id}-${at}`, account_id, ended_at: on(1 + dice(25)), kind: oneOf('track', 'episode') },
  ...{ track_id: oneOf(`t${dice(CASES)}`, null), track_uri: oneOf(`spotify:track:t${dice(CASES)}`, 'spotify:episode:e1', null) },
  ...{ track_name: oneOf('Song 1', 'Name 1', null), artist_name: oneOf('Björk', 'Other'), show_name: oneOf('Show', null) },
});

/** Adds what views are easily wrong about: ties, nulls, stays that meet, rules of every kind. */
export async function fillOddly(lake: SampleLake): Promise<void> {
  for (let file = 0; file < 3; file += 1) await lake.add('tracks', tracks());
  await lake.add('artists', [{ artist_id: 'a1', name: 'Björk', _core_at: on(1), _core_shape: 1 }]);
  await lake.add('albums', [{ album_id: 'b1', name: 'Post', _artist_ids: ['a1', 'a9'], _core_at: on(1), _core_shape: 1 }]);
  await lake.add('shows', [{ show_id: 's1', name: 'Show', _core_at: on(1), _core_shape: 1 }]);
  await lake.add('episodes', [{ episode_id: 'e1', show_id: 's1', _show_at: on(1), _show_shape: 1 }]);
  const libraries = times(CASES, (at) => library(`l${at}`));
  const playlist = (at: number) => ({ list_kind: 'playlist', list_id: `p${at}`, observed_at: on(20), is_complete: at > 0 });
  await lake.add('looks', [...libraries.flatMap(({ looks }) => looks), ...times(3, playlist)]);
  await lake.add(
    'saved_items',
    libraries.flatMap(({ stays }) => stays),
  );
  const item = (at: number) => ({
    ...{ playlist_id: `p${dice(3)}`, item_uri: `spotify:track:t${at}`, track_id: `t${at}`, copy: 1, added_at: oneOf(on(1), null) },
    ...{ seen_from: oneOf(on(2 + at), null), removed_at: oneOf(null, on(19)), _last_shown_at: oneOf(on(18), '1970-01-01 00:00:00') },
  });
  await lake.add('playlist_items', times(12, item));
  const accounts = times(10, (at) => `a${at}`);
  await lake.add(
    'plays',
    accounts.flatMap((account) => times(6, (at) => play(account, at))),
  );
  const poll = (account_id: string) => {
    const day = 1 + dice(20);
    return {
      account_id,
      observed_at: oneOf(on(day + 3), null),
      play_count: oneOf(50, 20),
      oldest_played_at: on(day),
      newest_played_at: on(day + 1 + dice(2)),
    };
  };
  await lake.add(
    'polls',
    accounts.flatMap((account) => times(3, () => poll(account))),
  );
  const exported = (account_id: string) => ({
    account_id,
    file_sha256: 'f',
    record_count: dice(3),
    first_ended_at: on(1 + dice(5)),
    last_ended_at: on(10 + dice(15)),
  });
  await lake.add('export_files', accounts.slice(0, 6).map(exported));
  const day = (account_id: string, at: number) => ({
    account_id,
    file_sha256: 'f',
    day: `2024-01-${10 + at}`,
    is_closed: dice(2) > 0,
    is_spanned: dice(2) > 0,
  });
  await lake.add(
    'export_days',
    accounts.slice(0, 6).flatMap((account) => times(5, (at) => day(account, at))),
  );
  const created_at = '2026-11-01T10:00:00Z';
  const rules = [
    { kind: 'exclude', artist: 'Björk', created_at },
    { kind: 'exclude', show: 'spotify:show:s1', account: 'a3', created_at },
    { kind: 'exclude', track: 'spotify:track:t3', span: { from: '2024-01-05', to: '2024-01-20' }, created_at },
    { kind: 'exclude', span: { from: '2024-01-10', to: '2024-01-12T12:00:00Z' }, account: 'a2', created_at },
    { kind: 'same_recording', tracks: ['spotify:track:t1', 'spotify:track:t2', 'spotify:track:t8'], created_at },
    { kind: 'same_recording', tracks: ['spotify:track:t8', 'spotify:track:t5'], created_at, note: 'it\'s "one" \\ $a ? -- {{b}}' },
    { kind: 'same_recording', tracks: ['spotify:track:t6', 'spotify:track:t7'], created_at },
    { kind: 'same_recording', tracks: ['spotify:track:t7', 'spotify:track:none'], created_at },
    { kind: 'different_recordings', tracks: ['spotify:track:t9', 'spotify:track:t10'], created_at },
  ];
  for (const [at, rule] of rules.entries()) await lake.store.put(`rules/r${at}.json`, Buffer.from(JSON.stringify(rule)));
  const tally = { read: 3, kept: 1, merged: 1, duplicate: 1, filtered: 0, quarantined: 0 };
  const stream = { account: 'me', stream: 'saved_tracks', requests: 2, ...tally, outcome: 'failed', error: { message: 'no "way"' } };
  for (const [runId, outcome] of [
    ['r1', 'done'],
    ['r2', 'failed'],
  ]) {
    const facts = {
      runId,
      verb: 'run',
      startedAt: '2026-11-01T10:00:00.123Z',
      finishedAt: '2026-11-01T10:01:00Z',
      outcome,
      exitCode: 0,
      catalogVersion: null,
    };
    const outcomes = outcome === 'done' ? [] : [{ message: 'gone' }];
    await lake.store.put(
      `runs/${runId}.json`,
      Buffer.from(JSON.stringify({ ...facts, total: tally, streams: [stream, { ...stream, error: null }], outcomes })),
    );
  }
}
