import type { ExportStream } from '../types.ts';

/** What the name of a file says of its place in a privacy package. */
export type ExportName =
  | { readonly kind: 'history'; readonly stream: ExportStream }
  /** A library or playlists: what it holds says which. */
  | { readonly kind: 'lists' }
  /** Nothing that tables are made of; `why` in a word or two. */
  | { readonly kind: 'other'; readonly why: string };

const HISTORIES: readonly (readonly [RegExp, ExportStream])[] = [
  [/^(Streaming_History_(Audio|Video)_.*|endsong_\d+|endvideo.*)\.json(\.gz)?$/i, 'extended_history'],
  [/^StreamingHistory(_(music|podcast|audiobook|video))?_?\d*\.json(\.gz)?$/i, 'account_history'],
];

const LISTS = /^(YourLibrary|Playlist\d+)\.json(\.gz)?$/i;
const OTHERS: readonly (readonly [RegExp, string])[] = [
  [/^SearchQueries\.json$/i, 'searches: sensitive'],
  [/^Follow\.json$/i, 'contacts: sensitive'],
  [/^(Userdata|Identity|Identifiers)\.json$/i, 'identity: sensitive'],
  [/^Inferences\.json$/i, 'inferences: sensitive'],
  [/^Marquee\.json$/i, 'advertising: sensitive'],
  [/^Payments\.json$/i, 'payments: sensitive'],
  [/^DuoNewFamily\.json$/i, 'family: sensitive'],
  [/^(MessageData|PodcastInteractivity.*)\.json$/i, 'messages: sensitive'],
  [/^(Wrapped\d{4}|YourSoundCapsule)\.json$/i, 'summaries: by Spotify'],
  // The second: of `tonearm export evidence`.
  [/^(Read_?Me_?First.*\.pdf|README\.txt)$/i, 'documentation'],
  [/^(\._.*|\.DS_Store|Thumbs\.db|desktop\.ini)$/i, 'system file'],
];

/** Folders of the packages. `MyData`: of all packages until about 2022. */
const TECHNICAL_LOG = /^Spotify Technical Log Information$/i;
const FOLDERS = /^(Spotify Account Data|Spotify Extended Streaming History|MyData)$/i;

/**
 * What a file of Spotify's privacy packages is, by its name and the folders it lies in; null for a file of anything else. Sources:
 * support.spotify.com "Understanding my data"; published packages of 2021 to 2026.
 */
export function exportName(name: string): ExportName | null {
  const parts = name.split(/[/\\!]/);
  const own = parts.at(-1) ?? name;
  const history = HISTORIES.find(([pattern]) => pattern.test(own));
  if (history !== undefined) return { kind: 'history', stream: history[1] };
  if (LISTS.test(own)) return { kind: 'lists' };
  const other = OTHERS.find(([pattern]) => pattern.test(own));
  if (other !== undefined) return { kind: 'other', why: other[1] };
  const folders = parts.slice(0, -1);
  if (folders.some((folder) => TECHNICAL_LOG.test(folder))) return { kind: 'other', why: 'technical log: sensitive' };
  return folders.some((folder) => FOLDERS.test(folder)) ? { kind: 'other', why: 'unknown: not read' } : null;
}
