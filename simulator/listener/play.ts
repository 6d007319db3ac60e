/** One thing that was listened to, as only the listener knows it. */
export interface Play {
  /** Milliseconds since the epoch (UTC). */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly msPlayed: number;
  readonly kind: 'track' | 'episode' | 'chapter' | 'local';
  /** Spotify id; the URI of a local file. */
  readonly itemId: string;
  readonly contextUri: string | null;
  readonly reasonStart: 'clickrow' | 'trackdone' | 'fwdbtn';
  readonly reasonEnd: 'trackdone' | 'fwdbtn' | 'endplay';
  readonly platform: 'android' | 'ios' | 'windows' | 'web_player';
  readonly shuffle: boolean;
  readonly offline: boolean;
  readonly incognito: boolean;
}

/** Shorter plays leave no trace in recently-played (reports vary; 30 s is the one most often given). */
export const SHOWN_FROM_MS = 30_000;

/** Whether `GET /me/player/recently-played` ever shows it. */
export function isShown(play: Play): boolean {
  return play.kind === 'track' && play.msPlayed >= SHOWN_FROM_MS && !play.incognito;
}
