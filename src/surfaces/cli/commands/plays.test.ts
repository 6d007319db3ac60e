import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestCli, type TestCli } from '../testing.ts';

const URI = 'spotify:track:0000000000000000000001';
const IP = '203.0.113.9';

const extended = (ts: string, more: object = {}): object => ({
  ts,
  ms_played: 200_000,
  master_metadata_track_name: 'A rather long title of a song that goes on and on and on, and has no end',
  master_metadata_album_artist_name: '東京事変',
  spotify_track_uri: URI,
  ip_addr: IP,
  ...more,
});
const polled = (...times: readonly string[]): string =>
  JSON.stringify({
    href: 'https://api.spotify.com/v1/me/player/recently-played?limit=50',
    items: times.map((played_at) => ({
      played_at,
      context: null,
      track: { id: URI.slice(-22), uri: URI, name: 'Another', type: 'track', artists: [{ name: 'Someone', id: 'b', type: 'artist' }] },
    })),
  });

let cli: TestCli;
beforeAll(async () => {
  cli = await createTestCli();
  const put = async (name: string, content: unknown): Promise<void> => {
    await mkdir(join(cli.folder, 'mine', name, '..'), { recursive: true });
    await writeFile(join(cli.folder, 'mine', name), typeof content === 'string' ? content : JSON.stringify(content));
  };
  await put('../tonearm.yaml', 'accounts: [{ name: me, time_zone: Asia/Tokyo }]\n');
  // 2024-03-01 in Tokyo begins at 15:00 UTC the day before.
  const first = [
    extended('2024-02-20T12:00:00Z'),
    extended('2024-02-29T14:59:59Z'),
    extended('2024-02-29T15:00:00Z', { ms_played: 5_400_000 }),
    extended('2024-03-01T20:00:00Z'),
  ];
  await put('old/Streaming_History_Audio_2024_0.json', [...first, extended('2024-03-20T12:00:00Z')]);
  const faulty = extended('2024-03-01T09:00:00Z', { ms_played: 'long' });
  await put('new/Streaming_History_Audio_2024_0.json', [...first, faulty, extended('2024-03-20T12:00:00Z', { ms_played: 3 })]);
  await put('new/StreamingHistory_music_0.json', [
    {
      endTime: '2024-02-29 15:00',
      artistName: '東京事変',
      trackName: (first[2] as { master_metadata_track_name: string }).master_metadata_track_name,
      msPlayed: 5_400_000,
    },
  ]);
  await put('spotify_raw_2024-03-01T12-00-00.json', polled('2024-03-01T03:00:00.000Z', '2024-03-30T03:00:00.000Z'));
  await put('spotify_raw_2024-03-01T13-00-00.json', polled('2024-03-01T03:00:00.000Z'));
  const { exitCode, stderr } = await cli.run('import mine');
  expect({ exitCode, stderr: exitCode === 0 ? '' : stderr }).toEqual({ exitCode: 0, stderr: '' });
});
afterAll(() => cli.remove());

const terminal = { columns: 80, env: { NO_COLOR: '1' } };
const widest = (text: string): number => Math.max(...text.split('\n').map((line) => line.length));

describe('plays', () => {
  it('are those of a span in the time zone of the account', async () => {
    const { stdout } = await cli.run('plays 2024-03-01', terminal);
    expect(stdout.split('\n')).toEqual([
      expect.stringMatching(/^ended +title – artist +listened +confidence$/),
      expect.stringMatching(/^2024-03-01 00:00:00 {2}A rather long.*… +1:30:00 +certain$/),
      '',
    ]);
    expect(widest(stdout)).toBeLessThanOrEqual(80);
    const { plays, from, until } = JSON.parse((await cli.run('plays 2024-02-29..2024-03 --json')).stdout);
    expect({ from, until }).toEqual({ from: '2024-02-29 00:00:00', until: '2024-04-01 00:00:00' });
    expect(plays.map(({ localTime, confidence }: Record<string, string>) => `${localTime} ${confidence}`)).toEqual([
      '2024-02-29 23:59:59 certain',
      '2024-03-01 00:00:00 certain',
      '2024-03-02 05:00:00 certain',
      '2024-03-20 21:00:00 certain',
      '2024-03-20 21:00:00 certain',
      '2024-03-30 12:00:00 provisional',
    ]);
    expect((await cli.run('plays 2023')).stdout).toBe('no play is known of in this span\n');
    expect(await cli.run('plays 2024 --limit 1')).toMatchObject({ exitCode: 0, stderr: 'cut after 1 play; --limit shows more\n' });
    expect(await cli.run('plays yesterday')).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('is no span of time') });
  });

  it('are shown with the records that they are made of, and with those that add none', async () => {
    const { stdout } = await cli.run('plays 2024-03-01 --why', terminal);
    expect(widest(stdout)).toBeLessThanOrEqual(80);
    const lines = stdout.split('\n');
    expect(lines.filter((line) => /^ {2}(kept|merged|duplicate|filtered) /.test(line)).map((line) => line.replace(/ +/g, ' '))).toEqual([
      ' kept mine/new/Streaming_History_Audio_2024_0.json, record 2',
      ' duplicate mine/old/Streaming_History_Audio_2024_0.json, record 2',
      ' merged mine/new/StreamingHistory_music_0.json, record 0',
      ' filtered mine/spotify_raw_2024-03-01T12-00-00.json, record 0',
    ]);
    const words = stdout.replace(/\s+/g, ' ');
    expect(words).toContain('rule_1b: the same second, length and item as another record of the extended history');
    expect(words).toContain('rule_2: the extended history tells of the same play, and is believed first');
    expect(words).toContain('records that add no play 2024-03-01 12:00:00 Another – Someone');
    expect(words).toContain('an export tells of every play of that day, and this is none of them; and 1 equal record');
    expect(stdout).not.toMatch(/certain {2}me$/m);
  });

  it.each([59, 40])('and their records fit %i columns, without a word cut', async (columns) => {
    const narrow = (await cli.run('plays 2024-03-01 --why', { ...terminal, columns })).stdout;
    expect(widest(narrow)).toBeLessThanOrEqual(columns);
    const words = narrow.replace(/\s+/g, ' ');
    expect(words).toContain('2024-03-01 00:00:00 1:30:00 certain A rather long title');
    expect(words).toContain('.json, record 2 rule_1b: the same second, length and item as another record of the extended history');
  });

  it('name their account where there are several', async () => {
    await writeFile(
      join(cli.folder, 'endsong_7.json'),
      JSON.stringify([extended('2024-02-29T16:00:00Z', { spotify_track_uri: `${URI}7` })]),
    );
    await cli.run('import endsong_7.json --account partner');
    const table = (await cli.run('plays 2024-03-01', terminal)).stdout.split('\n');
    expect(table.map((line) => line.split(/ {2,}/).at(-1))).toEqual(['account', 'me', 'partner', '']);
    const { stdout } = await cli.run('plays 2024-03-01 --why', terminal);
    expect(widest(stdout)).toBeLessThanOrEqual(80);
    expect(stdout).toMatch(/^2024-03-01 00:00:00 .* certain {2}me$/m);
    expect(stdout).toMatch(/ certain {2}partner$/m);
    expect(stdout).toMatch(/^ {2}2024-03-01 12:00:00 {2}Another – Someone {2}me$/m);
  });
});
