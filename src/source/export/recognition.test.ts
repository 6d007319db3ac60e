import { describe, expect, it } from 'vitest';
import { exportName } from './names.ts';
import { newestTime, recogniseHistory } from './recognition.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('files of a privacy package', () => {
  it.each([
    ['Streaming_History_Audio_2019-2020_1.json', 'extended_history'],
    ['my_spotify_data.zip!Spotify Extended Streaming History/Streaming_History_Video_2021.json', 'extended_history'],
    ['MyData/endsong_0.json', 'extended_history'],
    ['endvideo.json', 'extended_history'],
    ['StreamingHistory0.json', 'account_history'],
    ['StreamingHistory_music_3.json', 'account_history'],
    ['Spotify Account Data\\StreamingHistory_podcast_0.json', 'account_history'],
  ])('are told by their name as history: %s', (name, stream) => {
    expect(exportName(name)).toEqual({ kind: 'history', stream });
  });

  it.each([
    ['Spotify Account Data/Payments.json', 'payments: sensitive'],
    ['Wrapped2025.json', 'summaries: by Spotify'],
    ['folder\\Userdata.json', 'identity: sensitive'],
    ['data.zip!MyData/ReadMeFirst_ExtendedStreamingHistory.pdf', 'documentation'],
    ['data.zip!__MACOSX/MyData/._endsong_0.json', 'system file'],
    ['Spotify Technical Log Information/AccountPageView.json', 'technical log: sensitive'],
    ['Spotify Account Data/SomethingNew.json', 'unknown: not read'],
  ])('are told by their name or folder as something else: %s', (name, why) => {
    expect(exportName(name)).toEqual({ kind: 'other', why });
  });

  it.each(['spotify_raw_2024-01-15 10:23:45.json', 'playlist.json', 'tracks.json', 'Follow_artists.json', 'me.json'])(
    'are not %s',
    (name) => {
      expect(exportName(name)).toBeNull();
    },
  );
});

describe('a streaming history', () => {
  const record = '{"ts":"2020-01-01T00:00:00Z","username":"ada \\"l\\"","ms_played":1}';

  it.each([
    ['an extended one', `[${record}]`, 'x.json', { stream: 'extended_history', username: 'ada "l"' }],
    ['after a byte order mark', `\ufeff[${record}]`, 'x.json', { stream: 'extended_history', username: 'ada "l"' }],
    ['without a username', '[{"ts":"x","ms_played":1}]', 'x.json', { stream: 'extended_history', username: null }],
    ['one of the account data', '[ {"endTime": "x", "msPlayed" : 1}]', 'x.json', { stream: 'account_history', username: null }],
    [
      'an extended one under the name of another',
      `[${record}]`,
      'StreamingHistory0.json',
      { stream: 'extended_history', username: 'ada "l"' },
    ],
    ['an extended one under the name of payments', `[${record}]`, 'Payments.json', { stream: 'extended_history', username: 'ada "l"' }],
    ['one whose first record is at fault', `[{"foo":1},${record}]`, 'x.json', { stream: 'extended_history', username: 'ada "l"' }],
    ['an empty one, by its name', ' [ ]', 'StreamingHistory0.json', { stream: 'account_history', username: null }],
    ['one cut in its first record, by its name', '[{"ts":"2020', 'endsong_0.json', { stream: 'extended_history', username: null }],
  ])('is told: %s', (_, text, name, expected) => {
    expect(recogniseHistory(bytes(text), name)).toEqual(expected);
  });

  it.each([
    ['an empty list under any other name', '[]', 'x.json'],
    ['a list of something else under the name of one', '[{"foo":1}]', 'endsong_0.json'],
    ['CSV under the name of one', 'ts,ms_played\n"2020","1"', 'endsong_0.json'],
    ['an object', `{"items":[${record}]}`, 'endsong_0.json'],
  ])('is not %s', (_, text, name) => {
    expect(recogniseHistory(bytes(text), name)).toBeNull();
  });

  it('has a newest time in each of its ends', () => {
    expect(newestTime(bytes('"ts": "2020-02-01T00:00:01Z"}, {"ts":"2020-01-01T00:00:00Z"'))?.toISOString()).toBe(
      '2020-02-01T00:00:01.000Z',
    );
    expect(newestTime(bytes('"endTime" : "2020-02-01 23:59"'))?.toISOString()).toBe('2020-02-01T23:59:00.000Z');
    expect(newestTime(bytes('"ts":"2020-99-01T00:00:00Z", "ts":"1970-01-01T00:00:00Z"'))).toBeNull();
  });
});
