import { playlistsOf } from '../http/playlist-view.ts';
import type { Account } from '../listener/account.ts';
import type { Entry, Library } from '../listener/library.ts';
import { dateText, dayOf } from '../world/calendar.ts';
import type { World } from '../world/world.ts';
import type { ExportedFile } from './truth.ts';

export interface PlainFile {
  /** Below the folder of the package. */
  readonly name: string;
  readonly kind: Extract<ExportedFile['kind'], 'library' | 'playlists' | 'sensitive' | 'read_me'>;
  readonly bytes: Buffer;
}

/** What account data hold beside the history, at one moment: the collection, the playlists, and things that are nobody's business. */
export function accountFiles(world: World, account: Account, library: Library, at: number): readonly PlainFile[] {
  const json = (name: string, kind: PlainFile['kind'], body: unknown): PlainFile => ({
    name,
    kind,
    bytes: Buffer.from(JSON.stringify(body, null, 2)),
  });
  return [
    json('YourLibrary.json', 'library', yourLibrary(world, library)),
    json('Playlist1.json', 'playlists', playlistFile(world, account, library, at)),
    json('Userdata.json', 'sensitive', {
      ...{
        username: account.userId,
        email: `${account.name}@example.org`,
        country: account.country,
        birthdate: '1990-01-01',
        gender: 'unknown',
      },
      ...{ postalCode: null, mobileNumber: null, mobileOperator: null, mobileBrand: null, creationTime: account.joinedOn },
    }),
    json('Payments.json', 'sensitive', {
      payment_method: 'Invented card ****0000',
      creation_date: account.joinedOn,
      country: account.country,
    }),
    json('Inferences.json', 'sensitive', { inferences: ['1P_Custom_Invented_Segment', '3P_Invented_Owners_of_Two_Umbrellas'] }),
    { name: 'ReadMeFirst.pdf', kind: 'read_me', bytes: readMe('Account data') },
  ];
}

/** Stands in for the PDF that explains a package. */
export function readMe(title: string): Buffer {
  return Buffer.from(`%PDF-1.4\n% ${title}: stands in for the file that explains the package\n%%EOF\n`);
}

/** Sections name their fields differently, as in published files of 2022 to 2025. */
function yourLibrary({ find }: World, { saved, followed }: Library): object {
  const newestFirst = (ids: ReadonlyMap<string, number>): readonly string[] => [...ids.keys()].reverse();
  return {
    tracks: newestFirst(saved.track)
      .flatMap((id) => find.track.get(id) ?? [])
      .map(({ id, name, album }) => ({ artist: album.artists[0]?.name, album: album.name, track: name, uri: `spotify:track:${id}` })),
    albums: newestFirst(saved.album)
      .flatMap((id) => find.album.get(id) ?? [])
      .map(({ id, name, artists }) => ({ artist: artists[0]?.name, album: name, uri: `spotify:album:${id}` })),
    shows: newestFirst(saved.show)
      .flatMap((id) => find.show.get(id) ?? [])
      .map(({ id, name, publisher }) => ({ name, publisher, uri: `spotify:show:${id}` })),
    episodes: newestFirst(saved.episode)
      .flatMap((id) => find.episode.get(id) ?? [])
      .map(({ id, name, show }) => ({ name, show: show.name, uri: `spotify:episode:${id}` })),
    bannedTracks: [],
    artists: newestFirst(followed)
      .flatMap((id) => find.artist.get(id) ?? [])
      .map(({ id, name }) => ({ name, uri: `spotify:artist:${id}` })),
    bannedArtists: [],
    other: [],
  };
}

/** Playlists of the account's own; dates are days, and there is no id. */
function playlistFile(world: World, account: Account, library: Library, at: number): object {
  const own = playlistsOf(world, { account, library: () => library }, at).filter((view) => view.ownerId === account.userId);
  return {
    playlists: own.map(({ name, description, followers, entries, collaborative }) => ({
      name,
      lastModifiedDate: dayText(entries.reduce((latest, entry) => Math.max(latest, entry.addedAt ?? 0), 0)),
      collaborators: collaborative ? ['Noor'] : [],
      items: entries.flatMap((entry) => playlistItem(world, entry)),
      description: description === '' ? null : description,
      numberOfFollowers: followers,
    })),
  };
}

const dayText = (at: number): string => dateText(dayOf(at));

function playlistItem({ find }: World, { item, addedAt }: Entry): readonly object[] {
  const nothing = { track: null, episode: null, audiobook: null, localTrack: null };
  const addedDate = addedAt === null ? null : dayText(addedAt);
  if (item.kind === 'unavailable') return [];
  if (item.kind === 'local') return [{ ...nothing, localTrack: { uri: item.file.uri }, addedDate }];
  if (item.kind === 'episode') {
    const episode = find.episode.get(item.id);
    if (episode === undefined) return [];
    return [
      {
        ...nothing,
        episode: { episodeName: episode.name, showName: episode.show.name, episodeUri: `spotify:episode:${item.id}` },
        addedDate,
      },
    ];
  }
  const track = find.track.get(item.id);
  if (track === undefined) return [];
  const { name, album } = track;
  return [
    {
      ...nothing,
      track: { trackName: name, artistName: album.artists[0]?.name, albumName: album.name, trackUri: `spotify:track:${item.id}` },
      addedDate,
    },
  ];
}
