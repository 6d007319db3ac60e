import type { Track } from '../world/music.ts';
import { createRandom } from '../world/random.ts';
import type { Call, Json } from './call.ts';

const KEYS = 12;

/** What Spotify heard in a recording: the same for every id of it. */
export function audioFeatures(call: Call, track: Track): Json {
  const random = createRandom(call.world.seed, 'features', track.isrc ?? track.id);
  const share = (): number => Math.round(random.next() * 1000) / 1000;
  return {
    acousticness: share(),
    analysis_url: `${call.base}/audio-analysis/${track.id}`,
    danceability: share(),
    duration_ms: track.durationMs,
    energy: share(),
    id: track.id,
    instrumentalness: share(),
    key: random.below(KEYS + 1) - 1,
    liveness: share(),
    loudness: -Math.round(random.next() * 30_000) / 1000,
    mode: random.below(2),
    speechiness: share(),
    tempo: 60 + Math.round(random.next() * 140_000) / 1000,
    time_signature: random.between(3, 5),
    track_href: `${call.base}/tracks/${track.id}`,
    type: 'audio_features',
    uri: `spotify:track:${track.id}`,
    valence: share(),
  };
}
