import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestCli, savedTracksPage, type TestCli } from '../testing.ts';

const IP = '203.0.113.9';
const URI = 'spotify:track:0000000000000000000001';
const play = (ts: string, more: object = {}): object => ({
  ...{ ts, ms_played: 200_000, master_metadata_track_name: 'A song', master_metadata_album_artist_name: 'Someone' },
  ...{ spotify_track_uri: URI, ip_addr: IP, user_agent_decrypted: 'a browser', ...more },
});
const polled = (track: string): string =>
  JSON.stringify({
    href: 'https://api.spotify.com/v1/me/player/recently-played?limit=50',
    items: ['2024-05-01T03:00:00.000Z', null].map((played_at) =>
      played_at === null
        ? null
        : { played_at, context: null, track: { id: 'b', uri: 'spotify:track:b', name: track, type: 'track', artists: [] } },
    ),
  });

let cli: TestCli;
const told = async (line: string) => JSON.parse((await cli.run(`why record ${line} --json`)).stdout);
const fate = async (line: string) => (await told(line)).records[0];

beforeAll(async () => {
  cli = await createTestCli();
  const put = async (name: string, text: string): Promise<void> => {
    await mkdir(dirname(join(cli.folder, name)), { recursive: true });
    await writeFile(join(cli.folder, name), text);
  };
  const history = [play('2024-03-01T12:00:00Z'), play('2024-03-01T12:00:00Z'), play('2024-03-02T12:00:00Z', { ms_played: 'long' })];
  await put('mine/one/endsong_0.json', JSON.stringify(history));
  await put('mine/two/endsong_0.json', JSON.stringify([play('2024-03-03T12:00:00Z')]));
  await put(
    'mine/StreamingHistory0.json',
    '[{"endTime": "2024-03-01 12:00", "artistName": "Someone", "trackName": "A song", "msPlayed": 200000}]',
  );
  await put('mine/spotify_raw_2024-05-01T04-00-00.json', polled('Polled'));
  await put('mine/spotify_raw_2024-05-01T05-00-00.json', polled('Polled').replace('limit=50', 'limit=49'));
  const page = JSON.parse(savedTracksPage(['one', 'two']));
  await put('mine/saved.json', JSON.stringify({ ...page, items: [...page.items, null, page.items[0]], total: 4 }));
  await put('mine/odd.json', '{"nonsense": 1}');
  expect((await cli.run('import mine')).exitCode).toBe(0);
});
afterAll(() => cli.remove());

describe('the bucket of a record', () => {
  it.each([
    ['one/endsong_0.json 0', 'kept', null, 'stands for its play'],
    ['one/endsong_0.json 1', 'duplicate', 'rule_1b', 'the same second, length and item'],
    ['one/endsong_0.json 2', 'quarantined', null, 'wrong_type ms_played: '],
    ['StreamingHistory0.json 0', 'merged', 'rule_2', 'is believed first'],
    ['spotify_raw_2024-05-01T04-00-00.json 0', 'kept', null, 'stands for its play'],
    ['spotify_raw_2024-05-01T04-00-00.json 1', 'filtered', null, 'there is nothing in it'],
    ['spotify_raw_2024-05-01T05-00-00.json 0', 'duplicate', 'rule_1a', 'polled again'],
    ['saved.json 1', 'kept', null, 'in the tables'],
    ['saved.json 2', 'filtered', null, 'nothing in it'],
    ['saved.json 3', 'duplicate', null, 'the same thing stands in the same look already'],
    ['odd.json', 'quarantined', null, 'unknown_shape: '],
    ['odd.json 7', 'quarantined', null, 'unknown_shape: '],
  ])('of %s is %s', async (line, verdict, reason, because) => {
    expect(await fate(line)).toMatchObject({ verdict, reason, because: expect.stringContaining(because) });
  });

  it('comes with the play that it speaks of and with what raw holds, addresses hidden unless they are asked for', async () => {
    const { stdout } = await cli.run('why record one/endsong_0.json 1');
    expect(stdout).toMatch(
      /^mine\/one\/endsong_0\.json, record 1 \(extended_history, account me\)\n {2}duplicate: rule_1b: .+\n {2}play [0-9a-f]{32}: A song – Someone, ended at 2024-03-01T12:00:00Z\n\n\{\n/,
    );
    expect(stdout).toContain('"ip_addr": "[hidden]",\n  "user_agent_decrypted": "[hidden]"');
    const open = await cli.run('why record one/endsong_0.json 1 --addresses');
    expect(open.stdout).toContain(`"ip_addr": "${IP}",\n  "user_agent_decrypted": "a browser"`);
  });

  it('is found by the sha256 of the file and by its raw key, too', async () => {
    const { rawKey } = await fate('StreamingHistory0.json 0');
    const sha256 = rawKey.split('/').at(-1).slice(0, 64);
    for (const name of [rawKey, sha256, sha256.slice(0, 8)]) expect(await fate(`${name} 0`)).toMatchObject({ rawKey, verdict: 'merged' });
  });

  it.each([
    ['endsong_0.json 0', 'usage', '2 files in raw are called endsong_0.json'],
    ['endsong_1.json 0', 'not_found', 'nothing in raw is called endsong_1.json'],
    ['one/endsong_0.json 3', 'not_found', 'mine/one/endsong_0.json has no record 3'],
    ['one/endsong_0.json', 'not_found', 'has no record that is the whole of it'],
    ['saved.json 4', 'not_found', 'has no record 4'],
    ['saved.json last', 'usage', 'is no number of a record'],
  ])('of %s is no question', async (line, code, message) => {
    expect((await told(line)).error).toMatchObject({ code, message: expect.stringContaining(message), hint: expect.any(String) });
  });
});

it('a play leads to its record in a file of history, too, without its addresses', async () => {
  const { plays } = JSON.parse((await cli.run('plays 2024-03-03 --json')).stdout);
  const { stdout } = await cli.run(`why plays ${plays[0].playId}`);
  expect(stdout).toContain('"ts": "2024-03-03T12:00:00Z"');
  expect(stdout).not.toContain('2024-03-01');
  expect(stdout).not.toContain(IP);
});
