import type { Play } from '../listener/play.ts';
import type { Form, SeriesKind } from './forms.ts';
import type { Quirk } from './quirks.ts';

/** One record of one file. */
export interface EvidencePlace {
  /** As `tonearm import` names the file. */
  readonly file: string;
  /** Place in the file's list, from 0. */
  readonly item: number;
}

/**
 * One play that can be known: plays that the extended history tells apart neither by ts, length, item nor stamp are one. Where no extended
 * history was written, every play is one of its own.
 * What counts is what all packages tell together: a later one alone may have lost the stamp that tells two plays apart.
 */
export interface ExportedPlay {
  /** In the order of ts, from 0; files that are read while they are written tell plays in another order. */
  readonly n: number;
  /** How many plays nothing tells apart. */
  readonly count: number;
  /** The true start and end of the first of them, with milliseconds. */
  readonly startedAt: string;
  readonly endedAt: string;
  /** `played_at` of those that recently-played shows while they are new; empty for what it never shows. */
  readonly playedAt: readonly string[];
  /** The end as exports give it, a whole second; null for what was never sent. */
  readonly ts: string | null;
  /** As exports give it. */
  readonly msPlayed: number;
  readonly kind: Play['kind'];
  /** Id that was played, as the Web API gives it; the URI of a local file. */
  readonly itemId: string;
  /** As the extended history gives them at best. */
  readonly uri: string | null;
  readonly title: string | null;
  readonly artist: string | null;
  readonly stamp: number | null;
  readonly quirks: readonly Quirk[];
  /** Every record of it in every file; none where all files end before it or begin after it. */
  readonly evidence: readonly EvidencePlace[];
}

/** One file of a package. */
export interface ExportedFile {
  /** As `tonearm import` names it. */
  readonly file: string;
  readonly package: string;
  readonly kind: SeriesKind | 'library' | 'playlists' | 'sensitive' | 'read_me';
  readonly bytes: number;
  /** Of a streaming history; 0 of all else. */
  readonly records: number;
  /** Plays with a record in it. */
  readonly plays: number;
  /** Records that repeat another of this package exactly, and those that repeat it some seconds later. */
  readonly duplicates: number;
  readonly nearCopies: number;
  /** Records by what was played. */
  readonly kinds: Readonly<Record<Play['kind'], number>>;
  /** The first and last ts in it; null without records. */
  readonly first: string | null;
  readonly last: string | null;
}

export interface ExportedPackage {
  readonly package: string;
  readonly form: Form;
  /** Nothing in it is later. */
  readonly requestedAt: string;
}

/** All that can be known of an export but its plays. */
export interface ExportManifest {
  readonly seed: string;
  readonly account: string;
  readonly packages: readonly ExportedPackage[];
  readonly files: readonly ExportedFile[];
  readonly totals: {
    /** Plays, of which some may stand in no file. */
    readonly plays: number;
    readonly playsWithEvidence: number;
    readonly records: number;
    readonly duplicates: number;
    readonly nearCopies: number;
  };
  /** How many plays each quirk touched: how far the sources disagree. */
  readonly quirks: Readonly<Partial<Record<Quirk, number>>>;
}

export interface ExportTruth extends ExportManifest {
  /** In the order of `n`. */
  readonly plays: readonly ExportedPlay[];
}
