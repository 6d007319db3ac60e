import { PipelineError } from '../kernel/errors.ts';
import type { RuleDraft } from './rule-book.ts';

const LINK = /^https:\/\/open\.spotify\.com\/(?:intl-[\w-]+\/)?(\w+)\/([A-Za-z0-9]+)/;
/** Spotify's ids are 22 characters of base 62. */
const ID = /^[A-Za-z0-9]{22}$/;

/** A URI, link or bare id as a URI; anything else, such as a name, as it is. `kind` is what a bare id is of. */
export function uriOf(given: string, kind: 'track' | 'artist' | 'show'): string {
  const text = given.trim();
  const [, linked, id] = LINK.exec(text) ?? [];
  if (linked !== undefined && id !== undefined) return `spotify:${linked}:${id}`;
  return ID.test(text) ? `spotify:${kind}:${text}` : text;
}

type Words = Readonly<Record<string, string | undefined>>;

const only = (words: Words): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(words).flatMap(([name, word]) => (word === undefined ? [] : [[name, word]])));

const isEmpty = (words: object): boolean => Object.keys(words).length === 0;

/** The words that each kind takes beside `account` and `note`. */
const TAKES: Readonly<Record<string, readonly string[]>> = {
  exclude: ['track', 'artist', 'show', 'from', 'to'],
  count: ['counting'],
  override: ['track', 'trackName', 'artistName', 'albumName', 'showName'],
};

/** A rule from the words of a command line. Errors: `usage` for a kind that is none, or a word that the kind does not take. */
export function ruleDraft(kind: string, words: Words): RuleDraft {
  const takes = TAKES[kind];
  if (takes === undefined) {
    throw new PipelineError(`there is no rule of kind ${kind}`, { code: 'usage', hint: `It is one of ${Object.keys(TAKES).join(', ')}.` });
  }
  const given = only(words);
  const strange = Object.keys(given).find((word) => !['account', 'note', ...takes].includes(word));
  if (strange !== undefined) {
    const option = (word: string): string => `--${word.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    throw new PipelineError(`${kind} takes no ${option(strange)}`, { code: 'usage', hint: `It takes ${takes.map(option).join(', ')}.` });
  }
  const { account, note, track, artist, show, from, to, counting, trackName, artistName, albumName, showName } = given;
  const span = only({ from, to });
  const set = only({ track_name: trackName, artist_name: artistName, album_name: albumName, show_name: showName });
  const item = track === undefined ? undefined : uriOf(track, 'track');
  const named = {
    artist: artist === undefined ? undefined : uriOf(artist, 'artist'),
    show: show === undefined ? undefined : uriOf(show, 'show'),
  };
  const shared = only({ account, note });
  if (kind === 'override') return { kind, ...shared, ...only({ item }), set };
  return { kind, ...shared, ...only({ track: item, ...named, counting }), ...(isEmpty(span) ? {} : { span }) };
}
