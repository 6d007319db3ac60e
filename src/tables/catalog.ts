/** A key of the object store; the same words as landing's `Key`. */
type ObjectKey = string;

export interface TableFile {
  readonly key: ObjectKey;
  readonly bytes: number;
  readonly rows: number;
  /** Of its bytes, in hex: whether they are still those that were written. */
  readonly sha256: string;
}

/** The current files of one partition of one table. */
export interface Partition {
  readonly table: string;
  /** Such as `account=me/year=2026`, `dt=2026-11-21`; `all` where the table has one partition. */
  readonly name: string;
  readonly buildId: string;
  readonly files: readonly TableFile[];
  /** Rows that a query sees (for `latest`: after merging base and deltas). */
  readonly rows: number;
}

/** What happened to the records of one raw object when it was staged. `read` is the sum of the others. */
export interface Tally {
  readonly read: number;
  readonly kept: number;
  readonly merged: number;
  readonly duplicate: number;
  readonly filtered: number;
  readonly quarantined: number;
}

/** A raw object that the tables hold. */
export interface Consumed {
  readonly landedId: string;
  readonly rawKey: ObjectKey;
  readonly stream: string;
  readonly account: string;
  readonly runId: string;
  readonly tally: Tally;
}

/** A file of consumed raw objects, so that a commit's size does not grow with history. */
export interface ConsumedSegment {
  readonly key: ObjectKey;
  /** Lowest and highest `landedId` inside. */
  readonly from: string;
  readonly to: string;
  readonly count: number;
}

export interface Catalog {
  /** 0: the empty lake. */
  readonly version: number;
  /** Version of this file's own layout. */
  readonly schema: number;
  readonly runId: string;
  readonly committedAt: string;
  /** Version of the transform's contract and rules: other versions mean the tables must be built anew. */
  readonly contract: number;
  readonly rules: number;
  readonly partitions: readonly Partition[];
  readonly consumed: readonly ConsumedSegment[];
  /** What a removal note `requires`: nothing of what that one or one before it removed is in the tables. Absent: 0. */
  readonly removals?: number;
}

export interface CatalogChange {
  readonly runId: string;
  readonly contract: number;
  readonly rules: number;
  /** Partitions whose current content the change was worked out from, present or absent, as `table/name`. */
  readonly read: readonly string[];
  readonly replace: readonly Partition[];
  /** As `table/name`. */
  readonly drop: readonly string[];
  readonly consumed: readonly Consumed[];
  /** The change replaces everything: what it does not name is gone, and `consumed` is all there is. */
  readonly whole?: boolean;
  /** What the removals required when the writer chose its raw objects; a head that knows of more is a conflict. Absent: 0. */
  readonly removals?: number;
}

/** The head of all truth: which files are current, and which raw objects they hold. */
export interface CatalogStore {
  current(): Promise<Catalog>;
  /**
   * What a change that is `whole` stands on: the newest version or, where that is damaged, an empty catalog with its number. Throws what
   * {@link current} throws for anything but damage, such as a catalog of a newer Tonearm.
   */
  ground(): Promise<Catalog>;
  /** Null where it never was, or was swept. */
  at(version: number): Promise<Catalog | null>;
  /**
   * Puts the change on top of the newest version. `conflict`: a partition in `read` or a raw object in `consumed` changed since `base`;
   * work out the dirty set anew from the new head, never retry the same change. Segment files are written before the catalog.
   */
  commit(base: Catalog, change: CatalogChange): Promise<Catalog | 'conflict'>;
  /** Every raw object that the catalog holds with `landedId` at or after `since` (all of them where it is omitted). */
  consumed(catalog: Catalog, since?: string): AsyncIterable<Consumed>;
}
