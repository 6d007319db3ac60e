import type { KeptPlay } from './kept-play.ts';
import { endsongRecord, extendedRecord, oldShortRecord, type RecordFacts, shortRecord } from './records.ts';

/** The shapes in which Spotify has handed out histories; account data come with more than the history. */
export type Form = 'extended' | 'endsong' | 'account' | 'account_old';

export const FORMS: readonly Form[] = ['extended', 'endsong', 'account', 'account_old'];

export type SeriesKind = 'audio' | 'video' | 'music' | 'podcast' | 'audiobook';

/** How a form cuts a history into files and writes a record. */
export interface FormShape {
  readonly folder: string;
  /** The series that a play belongs to; null where the form does not have it. */
  series(kept: KeptPlay): SeriesKind | null;
  /** `years` is a year, or two with a dash; `isOnly` for a series of one file. */
  fileName(kind: SeriesKind, n: number, years: string, isOnly: boolean): string;
  /** One record, as it stands in the file but for the indentation that all its lines share. */
  text(facts: RecordFacts): string;
  /** What stands before the first record, between two and after the last. */
  readonly frame: readonly [string, string, string];
  /** A file is full at about this size; null where its rows are counted. */
  readonly mostBytes: number | null;
  readonly mostRows: number | null;
  /** Records lie in no order. */
  readonly isShuffled: boolean;
  /** Days back that it reaches; null for all of them. */
  readonly days: number | null;
}

/** Published files have about this size. */
const TWELVE_MB = 12_000_000;
/** A full file of the account data has exactly so many rows (nine published files). */
const TEN_THOUSAND = 10_000;

const PRETTY = ['[\n  ', ',\n  ', '\n]'] as const;
const pretty = (record: object): string => JSON.stringify(record, null, 2).replaceAll('\n', '\n  ');

/** Account data have blanks on both sides of the colon (published files of 2019 to 2024). */
function wide(record: object): string {
  const lines = Object.entries(record).map(([name, value]) => `    "${name}" : ${JSON.stringify(value)}`);
  return `{\n${lines.join(',\n')}\n  }`;
}

const soundOrPicture = (kept: KeptPlay): SeriesKind => (kept.isVideo ? 'video' : 'audio');

function spokenOrMusic({ play }: KeptPlay): SeriesKind {
  return play.kind === 'episode' ? 'podcast' : play.kind === 'chapter' ? 'audiobook' : 'music';
}

const account = { frame: PRETTY, mostBytes: null, mostRows: TEN_THOUSAND, isShuffled: false, days: 365 } as const;

export const SHAPES: Readonly<Record<Form, FormShape>> = {
  extended: {
    folder: 'Spotify Extended Streaming History',
    series: soundOrPicture,
    fileName: (kind, n, years, isOnly) =>
      `Streaming_History_${kind === 'audio' ? 'Audio' : 'Video'}_${years}${kind === 'video' && isOnly ? '' : `_${n}`}.json`,
    text: (facts) => pretty(extendedRecord(facts)),
    ...{ frame: PRETTY, mostBytes: TWELVE_MB, mostRows: null, isShuffled: false, days: null },
  },
  endsong: {
    folder: 'MyData',
    series: (kept) => (kept.play.kind === 'chapter' ? null : soundOrPicture(kept)),
    fileName: (kind, n, _, isOnly) => (kind === 'audio' ? `endsong_${n}.json` : `endvideo${isOnly ? '' : `_${n}`}.json`),
    text: (facts) => JSON.stringify(endsongRecord(facts)),
    ...{ frame: ['[', ',', ']'], mostBytes: TWELVE_MB, mostRows: null, isShuffled: true, days: null },
  },
  account: {
    folder: 'Spotify Account Data',
    series: spokenOrMusic,
    fileName: (kind, n) => `StreamingHistory_${kind}_${n}.json`,
    text: (facts) => wide(shortRecord(facts)),
    ...account,
  },
  account_old: {
    folder: 'MyData',
    series: (kept) => (kept.play.kind === 'chapter' ? null : 'music'),
    fileName: (_, n) => `StreamingHistory${n}.json`,
    text: (facts) => wide(oldShortRecord(facts)),
    ...account,
  },
};

export const isExtended = (form: Form): boolean => form === 'extended' || form === 'endsong';
