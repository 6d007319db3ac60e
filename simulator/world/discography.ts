import { dateText, dayFrom } from './calendar.ts';
import type { Album, Artist, Track } from './music.ts';
import { artistName, plainTitle, scriptOf, trackTitle } from './names.ts';
import { createRandom, hashOf, type Random } from './random.ts';
import { spotifyId } from './spotify-id.ts';

/** The last year with releases; later ones stay hidden until the clock reaches them. */
const LAST_YEAR = 2028;

const GENRES =
  'indie rock,dream pop,techno,hip hop,chanson,krautrock,j-pop,k-pop,ambient,jazz,post-punk,folk,soul,metal,baroque,afrobeat'.split(',');

type Growing<T, K extends keyof T> = Omit<T, K> & { -readonly [P in K]: T[P] extends readonly (infer E)[] ? E[] : T[P] };
type GrowingArtist = Growing<Artist, 'albums' | 'appearsOn'>;
type GrowingAlbum = Growing<Album, 'tracks'>;

interface Recording {
  readonly name: string;
  readonly artists: readonly Artist[];
  readonly durationMs: number;
  readonly explicit: boolean;
  readonly isrc: string | null;
  readonly recordingId: string;
}

export interface Discography {
  readonly artists: readonly Artist[];
  readonly albums: readonly Album[];
  readonly tracks: readonly Track[];
}

/** Artists with their albums, singles and compilations: a function of the seed and the number of artists. */
export function createDiscography(seed: string, artistCount: number): Discography {
  const artists = Array.from({ length: artistCount }, (_, rank) => newArtist(seed, rank));
  const albums: Album[] = [];
  const tracks: Track[] = [];
  const press: Press = (random, by, type, name, year, songs) => {
    const album = newAlbum(seed, albums.length, random, by, type, name, year);
    songs.forEach((song, index) => {
      const track = newTrack(seed, tracks.length, album, song, index, songs.length);
      album.tracks.push(track);
      tracks.push(track);
    });
    albums.push(album);
    by.albums.push(album);
  };
  for (const artist of artists) {
    const random = createRandom(seed, 'discography', artist.rank);
    pressWorks(random, artist, artists, press);
  }
  pressSamplers(seed, artists, press);
  for (const artist of artists) artist.albums.sort((a, b) => a.releasedDay - b.releasedDay || (a.id < b.id ? -1 : 1));
  noteAppearances(artists, tracks);
  return { artists, albums, tracks };
}

type Press = (random: Random, by: GrowingArtist, type: Album['type'], name: string, year: number, songs: readonly Recording[]) => void;

function newArtist(seed: string, rank: number): GrowingArtist {
  const random = createRandom(seed, 'artist', rank);
  const script = scriptOf(random);
  const genres = random.chance(0.3) ? [] : [random.pick(GENRES), random.pick(GENRES)].filter((genre, i, all) => all.indexOf(genre) === i);
  return { id: spotifyId(seed, 'artist', rank), name: artistName(random, script), script, rank, genres, albums: [], appearsOn: [] };
}

/** Albums over the years; half of them led by a single, and a best-of at the end: the same recordings under other ids. */
function pressWorks(random: Random, artist: GrowingArtist, all: readonly GrowingArtist[], press: Press): void {
  const debut = random.between(1958, LAST_YEAR - 3);
  const songsSoFar: Recording[] = [];
  let year = debut;
  for (let n = random.between(1, 5); n > 0 && year <= LAST_YEAR; n--) {
    const first = songsSoFar.length;
    const songs = Array.from({ length: random.between(7, 15) }, (_, i) => record(random, artist, all, year, first + i));
    songsSoFar.push(...songs);
    const [lead] = songs;
    if (lead !== undefined && random.chance(0.5)) press(random, artist, 'single', lead.name, year, [lead]);
    press(random, artist, 'album', plainTitle(random, artist.script), year, songs);
    year += random.between(1, 6);
  }
  if (songsSoFar.length > 20 && year <= LAST_YEAR) {
    const best = songsSoFar.filter((_, i) => i % 3 === 0).slice(0, 16);
    const songs = best.map((song, i) => registeredAnew(song, artist, year, songsSoFar.length + i));
    press(random, artist, 'compilation', `The Best of ${artist.name}`, year, songs);
  }
}

function noteAppearances(artists: readonly GrowingArtist[], tracks: readonly Track[]): void {
  const growing = new Map(artists.map((artist) => [artist.id, artist]));
  for (const track of tracks) {
    for (const { id } of track.artists) {
      const artist = growing.get(id);
      if (artist === undefined || track.album.artists.some((own) => own.id === id) || artist.appearsOn.at(-1) === track.album) continue;
      artist.appearsOn.push(track.album);
    }
  }
}

/** One in a dozen recordings gets a second ISRC with its second release, as when a label registers what it has bought. */
function registeredAnew(song: Recording, artist: Artist, year: number, n: number): Recording {
  const isAnew = song.isrc !== null && hashOf(song.recordingId, 'anew') % 12 === 0;
  return isAnew ? { ...song, isrc: isrcOf(artist, year, n) } : song;
}

function isrcOf(artist: Artist, year: number, n: number): string {
  const country = ['GB', 'US', 'DE', 'FR', 'JP', 'SE'][artist.rank % 6] ?? 'QZ';
  const registrant = artist.rank.toString(36).toUpperCase().padStart(3, '0');
  return `${country}${registrant}${String(year % 100).padStart(2, '0')}${String(n).padStart(5, '0')}`;
}

function record(random: Random, artist: GrowingArtist, all: readonly GrowingArtist[], year: number, n: number): Recording {
  const guest = random.chance(0.12) ? all[random.below(all.length)] : undefined;
  return {
    name: trackTitle(random, artist.script),
    artists: guest === undefined || guest === artist ? [artist] : [artist, guest],
    durationMs: random.chance(0.02) ? random.between(12_000, 45_000) : random.between(110_000, 420_000),
    explicit: random.chance(0.08),
    isrc: random.chance(0.02) ? null : isrcOf(artist, year, n),
    recordingId: `${artist.id}-${n}`,
  };
}

/** Samplers under "Various Artists", whose tracks are other artists' recordings. */
function pressSamplers(seed: string, artists: GrowingArtist[], press: Press): void {
  const various: GrowingArtist = {
    id: spotifyId(seed, 'artist', -1),
    name: 'Various Artists',
    script: 'latin',
    rank: artists.length,
    genres: [],
    albums: [],
    appearsOn: [],
  };
  const count = Math.ceil(artists.length / 25);
  for (let n = 0; n < count; n++) {
    const random = createRandom(seed, 'sampler', n);
    const songs: Recording[] = [];
    for (let i = 0; i < 18; i++) {
      const source = random.pick(artists).albums[0]?.tracks[0];
      if (source !== undefined) songs.push(source);
    }
    press(
      random,
      various,
      'compilation',
      `${plainTitle(random, 'latin')}: ${random.between(1970, 2020)}s`,
      random.between(1990, LAST_YEAR),
      songs,
    );
  }
  artists.push(various);
}

function newAlbum(
  seed: string,
  index: number,
  random: Random,
  artist: Artist,
  type: Album['type'],
  name: string,
  year: number,
): GrowingAlbum {
  const day = dayFrom(`${year}-01-01`) + random.below(364);
  const precision = year < 1985 && random.chance(0.6) ? 'year' : year < 2000 && random.chance(0.15) ? 'month' : 'day';
  const releaseDate = dateText(day).slice(0, { year: 4, month: 7, day: 10 }[precision]);
  return {
    id: spotifyId(seed, 'album', index),
    name,
    type,
    artists: [artist],
    releaseDate,
    precision,
    releasedDay: day,
    label: `${plainTitle(random, 'latin')} Records`,
    upc: String(600_000_000_000 + index * 7),
    tracks: [],
  };
}

function newTrack(seed: string, index: number, album: Album, song: Recording, position: number, of: number): Track {
  const perDisc = of > 14 ? 8 : of;
  return {
    id: spotifyId(seed, 'track', index),
    name: song.name,
    album,
    artists: song.artists,
    discNumber: Math.floor(position / perDisc) + 1,
    trackNumber: (position % perDisc) + 1,
    durationMs: song.durationMs,
    explicit: song.explicit,
    isrc: song.isrc,
    recordingId: song.recordingId,
  };
}
