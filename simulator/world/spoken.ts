import { DAY_MS, dayFrom } from './calendar.ts';
import { plainTitle, scriptOf } from './names.ts';
import { createRandom } from './random.ts';
import { spotifyId } from './spotify-id.ts';

export interface Show {
  readonly id: string;
  readonly name: string;
  readonly publisher: string;
  readonly description: string;
  readonly language: string;
  readonly explicit: boolean;
  /** By day of release, oldest first. */
  readonly episodes: readonly Episode[];
}

export interface Episode {
  readonly id: string;
  readonly show: Show;
  readonly name: string;
  readonly description: string;
  readonly durationMs: number;
  /** Milliseconds since the epoch; hidden before. */
  readonly releasedAt: number;
}

export interface Audiobook {
  readonly id: string;
  readonly name: string;
  readonly authors: readonly string[];
  readonly narrators: readonly string[];
  readonly publisher: string;
  readonly language: string;
  readonly chapters: readonly Chapter[];
}

export interface Chapter {
  readonly id: string;
  readonly audiobook: Audiobook;
  readonly name: string;
  readonly number: number;
  readonly durationMs: number;
}

const LANGUAGES = ['en', 'en', 'en-US', 'de', 'fr', 'ja', 'ar', 'ru'];
const AUTHORS = ['Jane Calder', 'Émile Rousset', 'Tomás Ó Briain', '村上 春子', 'Ольга Невская', 'A. B. Ng'];

export interface SpokenWord {
  readonly shows: readonly Show[];
  readonly audiobooks: readonly Audiobook[];
}

/** Podcasts with an episode a week or so until 2028, and audiobooks with chapters. */
export function createSpokenWord(seed: string, showCount: number, audiobookCount: number): SpokenWord {
  const serial = { episode: 0, chapter: 0 };
  return {
    shows: Array.from({ length: showCount }, (_, index) => newShow(seed, index, serial)),
    audiobooks: Array.from({ length: audiobookCount }, (_, index) => newAudiobook(seed, index, serial)),
  };
}

function newShow(seed: string, index: number, serial: { episode: number }): Show {
  const random = createRandom(seed, 'show', index);
  const script = scriptOf(random);
  const name = `The ${plainTitle(random, script)} Podcast`;
  const episodes: Episode[] = [];
  const show: Show = {
    id: spotifyId(seed, 'show', index),
    name,
    publisher: `${plainTitle(random, 'latin')} Media`,
    description: `${name}: long talks about small things, with "quotes", commas, and\na second line.`,
    language: random.pick(LANGUAGES),
    explicit: random.chance(0.2),
    episodes,
  };
  const every = random.pick([7, 7, 14, 30]) * DAY_MS;
  const last = dayFrom('2028-12-31') * DAY_MS;
  for (let at = dayFrom(`${random.between(2016, 2023)}-03-01`) * DAY_MS + random.below(7) * DAY_MS; at < last; at += every) {
    episodes.push({
      id: spotifyId(seed, 'episode', serial.episode++),
      show,
      name: `#${episodes.length + 1}: ${plainTitle(random, script)}`,
      description: `In which ${plainTitle(random, script)} is discussed at length.`,
      durationMs: random.between(15, 110) * 60_000 + random.below(60_000),
      releasedAt: at + 5 * 3_600_000,
    });
  }
  return show;
}

function newAudiobook(seed: string, index: number, serial: { chapter: number }): Audiobook {
  const random = createRandom(seed, 'audiobook', index);
  const chapters: Chapter[] = [];
  const audiobook: Audiobook = {
    id: spotifyId(seed, 'audiobook', index),
    name: `${plainTitle(random, 'latin')}: A Novel`,
    authors: random.chance(0.2) ? [random.pick(AUTHORS), 'Sam Ortega'] : [random.pick(AUTHORS)],
    narrators: [random.pick(AUTHORS)],
    publisher: `${plainTitle(random, 'latin')} Press`,
    language: 'en',
    chapters,
  };
  for (let number = 1, count = random.between(8, 40); number <= count; number++) {
    chapters.push({
      id: spotifyId(seed, 'chapter', serial.chapter++),
      audiobook,
      name: `Chapter ${number}`,
      number,
      durationMs: random.between(6, 50) * 60_000,
    });
  }
  return audiobook;
}
