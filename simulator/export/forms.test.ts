import { expect, test } from 'vitest';
import { FORMS } from './forms.ts';
import type { Quirks } from './quirks.ts';
import { allOf, type JsonRecord, testExport, UNTIL } from './testing.ts';

const EXTENDED =
  'ts platform ms_played conn_country ip_addr master_metadata_track_name master_metadata_album_artist_name master_metadata_album_album_name ' +
  'spotify_track_uri episode_name episode_show_name spotify_episode_uri audiobook_title audiobook_uri audiobook_chapter_uri ' +
  'audiobook_chapter_title reason_start reason_end shuffle skipped offline offline_timestamp incognito_mode';
const ENDSONG =
  'ts username platform ms_played conn_country ip_addr_decrypted user_agent_decrypted master_metadata_track_name ' +
  'master_metadata_album_artist_name master_metadata_album_album_name spotify_track_uri episode_name episode_show_name spotify_episode_uri ' +
  'reason_start reason_end shuffle skipped offline offline_timestamp incognito_mode';

const fieldsOf = (record: JsonRecord | undefined): string => Object.keys(record ?? {}).join(' ');
const shapes = (records: readonly JsonRecord[]): readonly string[] => [...new Set(records.map(fieldsOf))].sort();
const only = (name: string) => (record: JsonRecord) => record[name] !== null;

test('extended history is a pretty list of records with the fields of today, in files named by kind, years and number', async () => {
  const { files, records, truth } = await testExport();
  const folder = '1-extended/Spotify Extended Streaming History';
  expect([...files.keys()].sort()).toEqual(
    [
      ...['Audio_2022_0', 'Audio_2022-2023_1', 'Audio_2023_2', 'Audio_2023_3', 'Audio_2023-2024_4', 'Audio_2024_5', 'Video_2023-2024'].map(
        (name) => `${folder}/Streaming_History_${name}.json`,
      ),
      `${folder}/ReadMeFirst_ExtendedStreamingHistory.pdf`,
    ].sort(),
  );
  for (const [name, list] of records) {
    expect(shapes(list)).toEqual([EXTENDED]);
    expect(files.get(name)?.toString()).toBe(JSON.stringify(list, null, 2));
    const times = list.map((record) => String(record.ts));
    expect(times.every((ts) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(ts))).toBe(true);
    expect(times).toEqual(times.toSorted());
  }
  expect(truth.totals.records).toBeGreaterThan(3000);
});

test('each kind of play fills its own fields of an extended record: tracks, episodes, chapters, and local files by names alone', async () => {
  const { truth, at } = await testExport();
  const names = ['master_metadata_track_name', 'master_metadata_album_artist_name', 'master_metadata_album_album_name'];
  const filled = {
    track: [...names, 'spotify_track_uri'],
    local: names,
    episode: ['episode_name', 'episode_show_name', 'spotify_episode_uri'],
    chapter: ['audiobook_title', 'audiobook_uri', 'audiobook_chapter_uri', 'audiobook_chapter_title'],
  };
  const content = [...new Set(Object.values(filled).flat())];
  for (const [kind, fields] of Object.entries(filled)) {
    const plays = truth.plays.filter((play) => play.kind === kind);
    expect([kind, plays.length > 0]).toEqual([kind, true]);
    for (const play of plays) {
      const record = at(play.evidence[0] ?? { file: '', item: 0 });
      expect(content.filter((field) => record[field] !== null).sort()).toEqual(fields.toSorted());
    }
  }
});

test('values follow the dates: platforms in one word since October 2023, skipped told again since October 2022', async () => {
  const records = allOf(await testExport());
  const before = records.filter((record) => String(record.ts) < '2023-10-19');
  const after = records.filter((record) => String(record.ts) >= '2023-10-19');
  expect(new Set(after.map((record) => record.platform))).toEqual(new Set(['android', 'ios', 'windows', 'web_player']));
  expect(before.some((record) => String(record.platform).includes('('))).toBe(true);
  const early = records.filter((record) => String(record.ts) < '2022-10-16');
  expect(new Set(early.map((record) => record.skipped))).toEqual(new Set([false]));
  expect(new Set(after.map((record) => record.skipped))).toEqual(new Set([false, true]));
  for (const record of records) {
    expect(Number.isInteger(record.ms_played)).toBe(true);
    expect([record.shuffle, record.offline, record.incognito_mode].every((value) => typeof value === 'boolean')).toBe(true);
    expect(record.ip_addr).toMatch(/^203\.0\.113\.\d+$/);
    expect(record.conn_country).toBe('DE');
  }
  const stamps = records.map((record) => record.offline_timestamp).filter((stamp) => typeof stamp === 'number');
  expect(stamps.length).toBeGreaterThan(100);
  expect(stamps.every((stamp) => stamp > 1_500_000_000 && stamp < 2_000_000_000)).toBe(true);
});

test('endsong has the name of the user and no audiobooks, in no order', async () => {
  const one = await testExport({}, { forms: ['endsong'] });
  expect([...one.files.keys()].map((name) => name.replace('1-endsong/MyData/', '')).sort()).toEqual([
    'ReadMeFirst_ExtendedStreamingHistory.pdf',
    ...['endsong_0.json', 'endsong_1.json', 'endsong_2.json', 'endsong_3.json', 'endsong_4.json', 'endvideo.json'],
  ]);
  const records = allOf(one);
  expect(shapes(records)).toEqual([ENDSONG]);
  expect(new Set(records.map((record) => record.username)).size).toBe(1);
  expect(records.some(only('spotify_episode_uri'))).toBe(true);
  const times = [...(one.records.get('1-endsong/MyData/endsong_0.json') ?? [])].map((record) => String(record.ts));
  expect(times).not.toEqual(times.toSorted());
  expect(one.truth.plays.filter((play) => play.kind === 'chapter').every((play) => play.evidence.length === 0)).toBe(true);
});

test('account data have a year of names and minutes, each kind in its own files of so many rows', async () => {
  const one = await testExport({}, { forms: ['account'] });
  const shapeOf = (kind: string) => shapes([...one.records].filter(([name]) => name.includes(`_${kind}_`)).flatMap(([, list]) => list));
  expect(shapeOf('music')).toEqual(['endTime artistName trackName msPlayed']);
  expect(shapeOf('podcast')).toEqual(['endTime podcastName episodeName msPlayed']);
  expect(shapeOf('audiobook')).toEqual(['endTime authorName audiobookName msPlayed']);
  const folder = '1-account/Spotify Account Data';
  expect(one.records.get(`${folder}/StreamingHistory_music_0.json`)).toHaveLength(1000);
  expect(one.files.get(`${folder}/StreamingHistory_music_0.json`)?.toString()).toMatch(
    /^\[\n {2}\{\n {4}"endTime" : "2023-05-\d\d \d\d:\d\d",\n {4}"artistName" : /,
  );
  const times = allOf(one).map((record) => String(record.endTime));
  const yearBefore = new Date(UNTIL - 365 * 86_400_000).toISOString().slice(0, 16).replace('T', ' ');
  expect(times.every((time) => time >= yearBefore && time <= '2024-05-01 10:00')).toBe(true);
  const music = [...one.records].filter(([name]) => name.includes('_music_')).flatMap(([, list]) => list);
  expect(music.map((record) => record.endTime)).toEqual(music.map((record) => String(record.endTime)).toSorted());
});

test('older account data have podcasts among the music', async () => {
  const one = await testExport({}, { forms: ['account_old'] });
  expect([...one.records.keys()]).toContain('1-account_old/MyData/StreamingHistory0.json');
  expect(shapes(allOf(one))).toEqual(['endTime artistName trackName msPlayed']);
  const episode = one.truth.plays.findLast((play) => play.kind === 'episode' && play.evidence.length > 0);
  expect(one.at(episode?.evidence[0] ?? { file: '', item: 0 })).toMatchObject({ artistName: episode?.artist, trackName: episode?.title });
});

test('account data bring the library, the playlists and things that are nobody’s business', async () => {
  const { files, truth } = await testExport({}, { forms: ['account'] });
  const body = (name: string) => JSON.parse(files.get(`1-account/Spotify Account Data/${name}`)?.toString() ?? 'null');
  const library = body('YourLibrary.json');
  expect(Object.keys(library)).toEqual(['tracks', 'albums', 'shows', 'episodes', 'bannedTracks', 'artists', 'bannedArtists', 'other']);
  expect(library.tracks.length).toBeGreaterThan(30);
  expect(fieldsOf(library.tracks[0])).toBe('artist album track uri');
  expect(fieldsOf(library.albums[0])).toBe('artist album uri');
  const { playlists } = body('Playlist1.json');
  expect(fieldsOf(playlists[0])).toBe('name lastModifiedDate collaborators items description numberOfFollowers');
  const items: readonly JsonRecord[] = playlists.flatMap((playlist: { items: readonly JsonRecord[] }) => playlist.items);
  expect(shapes(items)).toEqual(['track episode audiobook localTrack addedDate']);
  for (const kind of ['track', 'episode', 'localTrack']) expect(items.some(only(kind))).toBe(true);
  expect(items.every((item) => item.addedDate === null || /^\d{4}-\d\d-\d\d$/.test(String(item.addedDate)))).toBe(true);
  const sensitive = truth.files.filter((file) => file.kind === 'sensitive').map((file) => file.file.split('/').at(-1));
  expect(sensitive).toEqual(['Userdata.json', 'Payments.json', 'Inferences.json']);
});

test('the same seed and date give the same bytes, other quirks others', async () => {
  const textOf = async (quirks: Quirks): Promise<string> => {
    const { files, truth } = await testExport(quirks, { forms: FORMS, until: Date.parse('2023-02-01') });
    return JSON.stringify([...[...files].map(([name, bytes]) => [name, bytes.toString()]), truth]);
  };
  const odd = { duplicates: 0.1, overlapping: 1, differing_detail: 0.1 };
  const [once, again, plain] = [await textOf(odd), await textOf(odd), await textOf({})];
  expect(once === again).toBe(true);
  expect(once === plain).toBe(false);
});
