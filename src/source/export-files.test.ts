import { describe, expect, it } from 'vitest';
import { isExportName, isStreamingHistory } from './export-files.ts';

describe('files of a privacy package', () => {
  it.each([
    'Streaming_History_Audio_2019-2020_1.json',
    'my_spotify_data.zip!Spotify Extended Streaming History/Streaming_History_Video_2021.json',
    'MyData/endsong_0.json',
    'endvideo.json',
    'StreamingHistory0.json',
    'StreamingHistory_music_3.json',
    'Spotify Account Data/Payments.json',
    'Playlist1.json',
    'Wrapped2025.json',
    'folder\\Userdata.json',
  ])('are told by their name: %s', (name) => {
    expect(isExportName(name)).toBe(true);
  });

  it.each(['spotify_raw_2024-01-15 10:23:45.json', 'playlist.json', 'tracks.json', 'Follow_artists.json', 'me.json'])(
    'are not %s',
    (name) => {
      expect(isExportName(name)).toBe(false);
    },
  );

  it('are told by their records where they were renamed', () => {
    expect(isStreamingHistory([{ ts: '2020-01-01T00:00:00Z', ms_played: 1, ip_addr: '203.0.113.9' }])).toBe(true);
    expect(isStreamingHistory([{ endTime: '2020-01-01 00:00', msPlayed: 1 }])).toBe(true);
    expect(isStreamingHistory([])).toBe(false);
    expect(isStreamingHistory({ ts: 1, ms_played: 1 })).toBe(false);
  });
});
