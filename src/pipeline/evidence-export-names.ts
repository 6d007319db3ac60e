import type { RawObject } from '../landing/raw.ts';
import { exportName } from '../source/export/names.ts';

const FOLDERS: Readonly<Record<string, string>> = {
  extended_history: 'Spotify Extended Streaming History',
  account_history: 'Spotify Account Data',
};

type NamedRaw = Pick<RawObject, 'key' | 'stream' | 'account' | 'runId' | 'name' | 'observedAt'>;

/** The last part of a name, as import looks at it: what is a video is told by it alone. */
const ownName = (name: string | null): string => name?.split(/[/\\!]/).at(-1) ?? '';

/** The name that the file had, where Spotify could have given it; null where a person called it otherwise. */
function spotifyName({ name, stream }: NamedRaw): string | null {
  const own = ownName(name).replace(/\.gz$/i, '');
  const found = exportName(own);
  return found?.kind === 'history' && found.stream === stream && /^[\w.-]+$/.test(own) ? own : null;
}

/** A name in Spotify's manner, which says of a video that it is one. */
function newName({ name, stream, observedAt }: NamedRaw, n: number): string {
  if (stream === 'account_history') return `StreamingHistory_music_${n}.json`;
  const kind = /video/i.test(ownName(name)) ? 'Video' : 'Audio';
  return `Streaming_History_${kind}_${observedAt?.getUTCFullYear() ?? 'undated'}_${n}.json`;
}

/** Files that came together lie together: those of one folder or archive of one import. */
const packageOf = ({ stream, account, runId, name }: NamedRaw): string =>
  [account, stream, runId, (name ?? '').slice(0, (name ?? '').length - ownName(name).length)].join('\n');

interface Folder {
  readonly account: string;
  readonly stream: string;
  readonly taken: Map<string, string>;
}

/** The folder of a file's package in which its name is free, or a further one. */
function place(folders: Map<string, Folder>, raw: NamedRaw): { readonly folder: Folder; readonly name: string } {
  for (let part = 0; ; part += 1) {
    const id = `${packageOf(raw)}\n${part}`;
    const folder: Folder = folders.get(id) ?? { account: raw.account, stream: raw.stream, taken: new Map() };
    folders.set(id, folder);
    let name = spotifyName(raw);
    for (let n = 0; name === null; n += 1) if (!folder.taken.has(newName(raw, n).toLowerCase())) name = newName(raw, n);
    if (!folder.taken.has(name.toLowerCase())) return { folder, name };
  }
}

/**
 * Where each file of streaming history goes, by raw key: `<account>/<Spotify's name of the folder>/<Spotify's name of the file>`. A file keeps
 * the name it came with where it is one of Spotify's. Packages that overlap have files of the same names, so each package has a folder of its
 * own, numbered where there are several. A function of the list, whose order is that of landing.
 */
export function historyPaths(raws: readonly NamedRaw[]): ReadonlyMap<string, string> {
  const folders = new Map<string, Folder>();
  for (const raw of raws) {
    const { folder, name } = place(folders, raw);
    folder.taken.set(name.toLowerCase(), `${name}\n${raw.key}`);
  }
  const paths = new Map<string, string>();
  const all = [...folders.values()];
  for (const { account, stream, taken } of all) {
    const alike = all.filter((one) => one.account === account && one.stream === stream);
    const number = alike.length === 1 ? '' : ` ${alike.findIndex((one) => one.taken === taken) + 1}`;
    for (const [name = '', key = ''] of [...taken.values()].map((text) => text.split('\n'))) {
      paths.set(key, `${account}/${FOLDERS[stream] ?? stream}${number}/${name}`);
    }
  }
  return paths;
}

/**
 * Where bodies of one account go that were observed at these moments, in names that import reads the moment from; the second of one moment
 * has a number. Without colons, which not every file system takes.
 */
export function createPollNames(account: string): (observedAt: Date | null) => string {
  const counts = new Map<string, number>();
  return (observedAt) => {
    const stem =
      observedAt === null ? 'recently_played_undated' : `spotify_raw_${observedAt.toISOString().slice(0, -1).replaceAll(':', '-')}`;
    const nth = (counts.get(stem) ?? 0) + 1;
    counts.set(stem, nth);
    return `${account}/Recently Played/${stem}${nth === 1 ? '' : `_${nth}`}.json`;
  };
}
