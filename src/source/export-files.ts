import { fieldOf, isArray } from './json.ts';

/**
 * Names of the files in Spotify's privacy packages: streaming histories, and everything else that the account data brings along, much of it
 * sensitive (payments, identity, inferences). Sources: support.spotify.com "Understanding my data"; published packages of 2021 to 2026.
 */
const NAMES =
  /^(Streaming_History_(Audio|Video)_.*|StreamingHistory(_(music|podcast|audiobook))?_?\d*|endsong_\d+|endvideo.*|YourLibrary|Playlist\d+|SearchQueries|Follow|Userdata|Identity|Identifiers|Inferences|Marquee|Payments|Wrapped\d{4}|YourSoundCapsule|DuoNewFamily|MessageData|PodcastInteractivity.*)\.json(\.gz)?$/i;

/** The file's own name, whatever folder or archive it lies in. */
const ownName = (name: string): string => name.split(/[/\\!]/).at(-1) ?? name;

/** A file of a privacy package, by its name. */
export function isExportName(name: string): boolean {
  return NAMES.test(ownName(name));
}

/** A streaming history, by its records, whatever the file is called. */
export function isStreamingHistory(body: unknown): boolean {
  if (!isArray(body)) return false;
  const first = body[0];
  const isExtended = fieldOf(first, 'ts') !== undefined && fieldOf(first, 'ms_played') !== undefined;
  const isShort = fieldOf(first, 'endTime') !== undefined && fieldOf(first, 'msPlayed') !== undefined;
  return isExtended || isShort;
}
