import { describe, expect, it } from 'vitest';
import type { StageInput } from './stage.ts';
import { openTestLake, rawHistory, rawPages, testFolder } from './testing.ts';

const folder = testFolder();

const song = (ts: string, id: string, more: object = {}) => ({
  ts,
  ms_played: 200_000,
  platform: 'android',
  conn_country: 'DE',
  ip_addr: '203.0.113.9',
  master_metadata_track_name: `Song  ${id}`,
  master_metadata_album_artist_name: 'One',
  master_metadata_album_album_name: 'Album',
  spotify_track_uri: `spotify:track:${id}`,
  reason_start: 'trackdone',
  reason_end: 'trackdone',
  shuffle: false,
  skipped: null,
  offline: false,
  offline_timestamp: null,
  incognito_mode: false,
  ...more,
});
const extended = (records: readonly unknown[], name = 'Streaming_History_Audio_2024_1.json') =>
  rawHistory(folder, 'extended_history', records, name);
const short = (records: readonly unknown[]) => rawHistory(folder, 'account_history', records, 'StreamingHistory_music_0.json');
const polled = (items: readonly (readonly [string, string])[]) =>
  rawPages(folder, 'recently_played', [
    {
      path: '/me/player/recently-played',
      at: '2024-12-31T12:00:00Z',
      body: {
        items: items.map(([id, played_at]) => ({
          track: {
            id,
            uri: `spotify:track:${id}`,
            type: 'track',
            name: `song ${id}`,
            artists: [{ name: 'One' }],
            album: { name: 'Album', artists: [] },
          },
          played_at,
          context: { uri: 'spotify:playlist:p' },
        })),
        next: null,
        cursors: null,
        limit: 50,
      },
    },
  ]);

async function built(batches: readonly (readonly StageInput[])[]) {
  const lake = await openTestLake(folder);
  const tallies = [];
  for (const batch of batches) tallies.push(...(await lake.build(batch)).staged.map(({ tally }) => tally));
  return { lake, tallies };
}

describe('a file of the extended history', () => {
  it('becomes plays with the time listened, and evidence that knows its place in the file', async () => {
    const { lake, tallies } = await built([
      [extended([song('2024-03-01T10:00:00Z', 'a'), song('2024-03-01T10:00:00Z', 'b', { ms_played: 0 })])],
    ]);
    expect(tallies).toEqual([{ read: 2, kept: 2, merged: 0, duplicate: 0, filtered: 0, quarantined: 0 }]);
    expect(await lake.rows('plays', 'track_id, ms_played, started_at::varchar as started, confidence, country, source')).toEqual([
      { track_id: 'a', ms_played: 200_000n, started: '2024-03-01 09:56:40', confidence: 'certain', country: 'DE', source: 'export' },
      { track_id: 'b', ms_played: 0n, started: '2024-03-01 10:00:00', confidence: 'certain', country: 'DE', source: 'export' },
    ]);
    expect(await lake.rows('play_evidence', '_raw_item, title_key, artist_keys, ended_until::varchar as until, verdict')).toEqual([
      { _raw_item: 0n, title_key: 'song a', artist_keys: '["one"]', until: '2024-03-01 10:00:01', verdict: 'kept' },
      { _raw_item: 1n, title_key: 'song b', artist_keys: '["one"]', until: '2024-03-01 10:00:01', verdict: 'kept' },
    ]);
    lake.close();
  });

  it('knows podcasts, audiobooks, videos, local files and what names nothing', async () => {
    const nothing = { master_metadata_track_name: null, master_metadata_album_artist_name: null, spotify_track_uri: null };
    const { lake } = await built([
      [
        extended([
          song('2024-03-01T10:00:00Z', 'a', {
            ...nothing,
            episode_name: 'E',
            episode_show_name: 'S',
            spotify_episode_uri: 'spotify:episode:e',
          }),
          song('2024-03-01T11:00:00Z', 'a', {
            ...nothing,
            audiobook_title: 'B',
            audiobook_chapter_uri: 'spotify:chapter:c',
            audiobook_chapter_title: 'C',
          }),
          song('2024-03-01T12:00:00Z', 'a', { spotify_track_uri: 'spotify:local:x' }),
          song('2024-03-01T13:00:00Z', 'a', nothing),
          song('2024-03-01T14:00:00Z', 'a', { spotify_track_uri: null }),
          song('2024-03-01T16:00:00Z', 'a', { ...nothing, episode_show_name: 'S' }),
          song('2024-03-01T17:00:00Z', 'a', { ...nothing, audiobook_title: 'B' }),
        ]),
        extended([song('2024-03-01T15:00:00Z', 'v')], 'my_spotify_data.zip!Streaming_History_Video_2024.json'),
      ],
    ]);
    expect(await lake.rows('plays', '(ended_at::varchar)[12:13] as hour, kind, track_uri, track_name, show_name')).toEqual([
      { hour: '10', kind: 'episode', track_uri: 'spotify:episode:e', track_name: 'E', show_name: 'S' },
      { hour: '11', kind: 'audiobook_chapter', track_uri: 'spotify:chapter:c', track_name: 'C', show_name: 'B' },
      { hour: '12', kind: 'local', track_uri: 'spotify:local:x', track_name: 'Song  a', show_name: null },
      { hour: '13', kind: 'unknown', track_uri: null, track_name: null, show_name: null },
      { hour: '14', kind: 'track', track_uri: null, track_name: 'Song  a', show_name: null },
      { hour: '15', kind: 'video', track_uri: 'spotify:track:v', track_name: 'Song  v', show_name: null },
      { hour: '16', kind: 'episode', track_uri: null, track_name: null, show_name: 'S' },
      { hour: '17', kind: 'audiobook_chapter', track_uri: null, track_name: 'B', show_name: 'B' },
    ]);
    lake.close();
  });

  it('brings the second clock to seconds, whatever its unit, and takes none from outside of all years', async () => {
    const stamps = [1_709_280_000, 1_709_280_000_123, 1_709_280_000_123_456, 0, null, 7];
    const { lake } = await built([
      [extended(stamps.map((offline_timestamp, hour) => song(`2024-03-01T1${hour}:00:00Z`, `s${hour}`, { offline_timestamp })))],
    ]);
    const rows = await lake.rows('play_evidence', 'ended_from, epoch(offline_stamp)::bigint as stamp');
    expect(rows.map(({ stamp }) => stamp)).toEqual([1_709_280_000n, 1_709_280_000n, 1_709_280_000n, null, null, null]);
    lake.close();
  });

  it('is one of many, and each record keeps its place in its own file', async () => {
    const at = (file: number, item: number): string => new Date(Date.UTC(2024, 0, 1 + file, 0, item * 5)).toISOString().replace('.000', '');
    const of = (file: number) => Array.from({ length: 40 + file }, (_, item) => song(at(file, item), `f${file}`, { ms_played: item }));
    const files = Array.from({ length: 9 }, (_, file) => extended(of(file), `endsong_${file}.json`));
    const gone = {
      ...extended([song('1999-01-01T00:00:00Z', 'x'), ...of(20)]),
      mend: async () => ({ path: mended.path, quarantined: [fault] }),
    };
    const mended = extended([null, ...of(20)]);
    const fault = { line: 1, list: '', item: 0, field: 'ts', code: 'bad_value', message: 'a time in 1999' };
    const { lake } = await built([[...files, gone]]);
    const wrong = 'count(*) filter (where _raw_item <> ms_played + case when starts_with(file_sha256, $sha) then 1 else 0 end)';
    const sql = wrong.replace('$sha', `'${gone.raw.sha256}'`);
    expect(await lake.rows('play_evidence', `count(*) as n, ${sql} as wrong`)).toEqual([{ n: 456n, wrong: 0n }]);
    lake.close();
  });

  it('in which a record is at fault is read from its mended copy, and each other record keeps its number', async () => {
    const faulty = extended([song('2024-03-01T10:00:00Z', 'a'), song('1970-01-01T00:00:00Z', 'b'), song('2024-03-01T12:00:00Z', 'c')]);
    const mended = extended([song('2024-03-01T10:00:00Z', 'a'), null, song('2024-03-01T12:00:00Z', 'c')]);
    const fault = { line: 1, list: '', item: 1, field: 'ts', code: 'bad_value', message: 'a time in 1970' };
    const { lake, tallies } = await built([[{ ...faulty, mend: async () => ({ path: mended.path, quarantined: [fault] }) }]]);
    expect(tallies).toEqual([{ read: 3, kept: 2, merged: 0, duplicate: 0, filtered: 0, quarantined: 1 }]);
    expect(await lake.rows('play_evidence', '_raw_item')).toEqual([{ _raw_item: 0n }, { _raw_item: 2n }]);
    expect(await lake.rows('quarantine', 'raw_item, field, message')).toEqual([{ raw_item: 1n, field: 'ts', message: 'a time in 1970' }]);
    lake.close();
  });
});

describe('a file of the account history', () => {
  const ofShow = (podcastName: string, endTime = '2024-03-01 10:00') => ({ endTime, podcastName, msPlayed: 0 });

  it('that names shows alone tells of an episode of each', async () => {
    const { lake } = await built([[short([ofShow('One'), ofShow('Two'), ofShow('Two')])]]);
    expect(await lake.rows('plays', 'show_name, kind, evidence_count')).toEqual([
      { show_name: 'One', kind: 'episode', evidence_count: 1n },
      { show_name: 'Two', kind: 'episode', evidence_count: 1n },
      { show_name: 'Two', kind: 'episode', evidence_count: 1n },
    ]);
    lake.close();
  });

  it('that names shows alone closes no day', async () => {
    const { lake } = await built([
      [short(['2024-02-01 10:00', '2024-03-01 10:00', '2024-03-20 10:00'].map((time) => ofShow('One', time)))],
    ]);
    expect(await lake.rows('export_days', 'bool_or(is_closed) as is_any_closed')).toEqual([{ is_any_closed: false }]);
    lake.close();
  });
});

describe('the evidence of several sources', () => {
  const records = [song('2024-03-01T10:00:00Z', 'a'), song('2024-03-01T12:00:00Z', 'b'), song('2024-03-20T12:00:00Z', 'c')];
  const row = (endTime: string, id: string) => ({ endTime, artistName: 'One', trackName: `Song ${id}`, msPlayed: 200_000 });

  it('tells of each play once: extended, short and polled', async () => {
    const { lake, tallies } = await built([
      [
        polled([
          ['b', '2024-03-01T12:00:00.400Z'],
          ['a', '2024-03-01T10:00:02.000Z'],
        ]),
      ],
      [short([row('2024-03-01 10:00', 'a'), row('2024-03-01 12:00', 'b')]), extended(records)],
    ]);
    expect(tallies.map(({ kept, merged }) => [kept, merged])).toEqual([
      [2, 0],
      [0, 2],
      [3, 0],
    ]);
    expect(await lake.rows('plays', 'track_id, context_uri, evidence_count, confidence')).toEqual([
      { track_id: 'a', context_uri: 'spotify:playlist:p', evidence_count: 3n, confidence: 'certain' },
      { track_id: 'b', context_uri: 'spotify:playlist:p', evidence_count: 3n, confidence: 'certain' },
      { track_id: 'c', context_uri: null, evidence_count: 1n, confidence: 'certain' },
    ]);
    lake.close();
  });

  it('leaves out what was polled on a closed day and is in no export, whichever comes first', async () => {
    const ghost = polled([['x', '2024-03-01T15:00:00.000Z']]);
    const more = extended([song('2024-02-01T10:00:00Z', 'z'), ...records]);
    const [first, second] = [await built([[ghost], [more]]), await built([[more], [ghost]])];
    for (const { lake } of [first, second]) {
      expect(await lake.rows('plays', 'track_id')).toEqual([{ track_id: 'a' }, { track_id: 'b' }, { track_id: 'c' }, { track_id: 'z' }]);
      expect(await lake.rows('play_evidence', `verdict, reason`)).toContainEqual({ verdict: 'filtered', reason: 'closed_by_export' });
    }
    expect(await second.lake.sums()).toEqual(await first.lake.sums());
    expect(await first.lake.rows('export_days', `day::varchar as day, is_closed`)).toEqual([
      { day: '2024-02-01', is_closed: false },
      { day: '2024-03-01', is_closed: true },
      { day: '2024-03-20', is_closed: false },
    ]);
    for (const { lake } of [first, second]) lake.close();
  });

  it('meets across the turn of the year, and where a second clock points to another year', async () => {
    const eve = song('2025-01-01T00:00:10Z', 'a');
    const flushed = song('2025-02-01T08:00:00Z', 'b', { offline: true, offline_timestamp: Date.parse('2024-12-31T12:00:00Z') / 1000 });
    const export2025 = extended([eve, flushed]);
    const polls = polled([
      ['a', '2024-12-31T23:59:50.000Z'],
      ['b', '2024-12-31T12:03:20.000Z'],
    ]);
    const [first, second, together] = [
      await built([[polls], [export2025]]),
      await built([[export2025], [polls]]),
      await built([[polls, export2025]]),
    ];
    for (const { lake } of [first, second, together]) {
      expect(await lake.rows('plays', 'track_id, ended_at::varchar as ended, evidence_count')).toEqual([
        { track_id: 'a', ended: '2025-01-01 00:00:10', evidence_count: 2n },
        { track_id: 'b', ended: '2025-02-01 08:00:00', evidence_count: 2n },
      ]);
      expect(await lake.sums()).toEqual(await together.lake.sums());
    }
    for (const { lake } of [first, second, together]) lake.close();
  });

  it('of a play across the turn of the year stands as it is when one of the years gets something new', async () => {
    const across = [short([row('2024-12-31 23:59', 'a')]), extended([song('2025-01-01T00:00:30Z', 'a')])];
    const more = ['2024-06-01T10:00:00Z', '2025-06-01T10:00:00Z'].map((ts) => extended([song(ts, 'b')]));
    const [together, steps] = [await built([[...across, ...more]]), await built([across, ...more.map((one) => [one])])];
    const shown = 'track_id, ended_at::varchar as ended, evidence_count';
    expect(await together.lake.rows('plays', shown)).toContainEqual({ track_id: 'a', ended: '2025-01-01 00:00:30', evidence_count: 2n });
    expect(await steps.lake.rows('plays', shown)).toEqual(await together.lake.rows('plays', shown));
    expect(await steps.lake.sums()).toEqual(await together.lake.sums());
    for (const { lake } of [together, steps]) lake.close();
  });
});
