import type { Violation } from '../../kernel/violation.ts';
import { type Checked, checkBody, type Fault, recordFaults } from '../contract.ts';
import {
  type ExportedListStream,
  exportedPlaylist,
  exportedPlaylistItem,
  LIBRARY_SECTIONS,
  librarySaved,
} from '../contracts/exported-lists.ts';
import { isArray, isObject, type JsonObject, textOf } from '../json.ts';

export const isExportedListStream = (stream: string): stream is ExportedListStream =>
  stream === 'exported_library' || stream === 'exported_playlists';

/** Sections that no answer of the Web API has. */
const OWN_SECTIONS = ['bannedTracks', 'bannedArtists', 'other'];

const isAnswer = (element: unknown): boolean => textOf(element, 'id') !== null || textOf(element, 'type') !== null;

function isLibrary(body: JsonObject): boolean {
  if (isAnswer(body) || OWN_SECTIONS.some((name) => isArray(body[name]))) return !isAnswer(body);
  const sections = LIBRARY_SECTIONS.map((name) => body[name]).filter(isArray);
  return sections.length >= 2 && !sections.flat().some(isAnswer);
}

/**
 * Which list file of a privacy export a body is, by its shape; null for anything else. `YourLibrary.json` has sections under names of its own
 * or several sections of things without an id; `Playlist<n>.json` has a list of playlists, where answers of the Web API have a page of them.
 * Sources: published packages of 2020 to 2025.
 */
export function recogniseExportedLists(body: unknown): ExportedListStream | null {
  if (!isObject(body)) return null;
  if (isLibrary(body)) return 'exported_library';
  return isArray(body.playlists) && !body.playlists.some(isAnswer) ? 'exported_playlists' : null;
}

const placed = (record: Violation['record'], faults: readonly Fault[]): readonly Violation[] =>
  faults.map((fault) => ({ record, ...fault }));

const noList = (record: Violation['record']): Violation => ({ record, field: '', code: 'wrong_type', message: 'expected a list' });

const together = (parts: readonly Checked[]): Checked => ({
  records: parts.reduce((sum, { records }) => sum + records, 0),
  violations: parts.flatMap(({ violations }) => violations),
});

function checkSection(name: string, section: unknown): Checked {
  if (section === undefined || section === null) return { records: 0, violations: [] };
  if (!isArray(section)) return { records: 1, violations: [noList([name])] };
  const violations = section.flatMap((value, at) => (value === null ? [] : placed([name, at], recordFaults(librarySaved, value))));
  return { records: section.length, violations };
}

function checkPlaylist(value: unknown, at: number): Checked {
  if (value === null) return { records: 1, violations: [] };
  const items = isObject(value) && isArray(value.items) ? value.items : null;
  const faults = recordFaults(exportedPlaylist, items === null ? value : { ...(value as JsonObject), items: [] });
  if (faults.length > 0 || items === null) return { records: 1, violations: placed(['playlists', at], faults) };
  const violations = items.flatMap((item, place) =>
    item === null ? [] : placed(['playlists', at, 'items', place], recordFaults(exportedPlaylistItem, item)),
  );
  return { records: items.length, violations };
}

/**
 * Checks each record of a list file: each thing in a section of the library that is read, each item of a playlist. A section that is no list,
 * and a playlist without a name or items, is one record. Null elements are records and nothing wrong.
 */
function checkExportedLists(stream: ExportedListStream, body: unknown): Checked {
  if (!isObject(body)) return { records: 1, violations: [noList([])] };
  if (stream === 'exported_library') return together(LIBRARY_SECTIONS.map((name) => checkSection(name, body[name])));
  if (!isArray(body.playlists)) return { records: 1, violations: [noList(['playlists'])] };
  return together(body.playlists.map(checkPlaylist));
}

/** As {@link checkBody}, of list files of a privacy export too. */
export function checkFile(stream: string, body: unknown): Checked {
  return isExportedListStream(stream) ? checkExportedLists(stream, body) : checkBody(stream, body);
}

/** The newest day that a body with playlists names, as its first moment (UTC); null where it names none. */
export function newestDay(body: unknown): Date | null {
  const days = [...JSON.stringify(body).matchAll(/"(?:lastModifiedDate|addedDate)":"(20\d\d-\d\d-\d\d)"/g)]
    .map(([, day]) => Date.parse(`${day}T00:00:00Z`))
    .filter((at) => !Number.isNaN(at));
  return days.length === 0 ? null : new Date(days.reduce((newest, at) => Math.max(newest, at)));
}
