import { createClusters } from './clusters.ts';
import { grouped } from './grouping.ts';
import { itemIdentity, itemKeys } from './items.ts';
import { joined, type Placed, type Sighting, sightingOf } from './sighting.ts';

/** A near copy is at most this far from the next; and never as far as a real repetition, which takes the whole `ms_played`. */
const NEAR_MS = 30_000;
const NEAR_SHARE = 3;

/** Rule 1a: polled records with the same `played_at` and URI (names, where there is none) are copies. */
export function polledSightings(records: readonly Placed[]): readonly Sighting[] {
  const same = grouped(records, ([, record]) => `${record.endedFrom} ${itemIdentity(record)}`);
  return [...same.values()].map((copies) => sightingOf(copies, 'rule_1a'));
}

/** Rules 1b and 1c: the plays of the extended history, in whichever of its files, each once. */
export function extendedSightings(records: readonly Placed[]): readonly Sighting[] {
  const buckets = grouped(records, ([, { endedFrom, msPlayed }]) => `${Math.floor(endedFrom / 1000)} ${msPlayed}`);
  const exact = [...buckets.values()].flatMap(playsOfBucket).map((copies) => sightingOf(copies, 'rule_1b'));
  return chainsOf(exact.sort(byContent)).map((chain) => joined(chain, 'rule_1c'));
}

/**
 * Rule 1d: the short history has whole minutes, and a song of 45 seconds can end twice in one. Rows with the same minute, names and
 * ms_played are as many plays as the file with most of them has; the n-th such row of a file speaks of the n-th play.
 */
export function shortSightings(records: readonly Placed[]): readonly Sighting[] {
  const seen = new Map<string, number>();
  const plays = grouped(records, ([, record]) => {
    const row = `${record.endedFrom} ${record.msPlayed} ${itemIdentity(record)}`;
    const inFile = `${record.fileSha256} ${row}`;
    const nth = (seen.get(inFile) ?? 0) + 1;
    seen.set(inFile, nth);
    return `${nth} ${row}`;
  });
  return [...plays.values()].map((copies) => sightingOf(copies, 'rule_1d'));
}

/** Rule 1b: rows with the same `ts` and ms_played, parted by item and then by stamp. */
function playsOfBucket(bucket: readonly Placed[]): readonly (readonly Placed[])[] {
  const itemOf = itemsOfBucket(bucket);
  return [...grouped(bucket, itemOf).values()].flatMap(partedByStamp);
}

/** The URI of a row; a row without one joins the first URI that is the same item. */
function itemsOfBucket(bucket: readonly Placed[]): (placed: Placed) => string {
  const named = bucket.flatMap(([, record]) => (record.uri === null ? [] : [{ uri: record.uri, keys: itemKeys(record) }]));
  const holders = new Map<string, number>();
  for (const [number, { keys }] of named.entries()) {
    for (const key of keys) if (!holders.has(key)) holders.set(key, number);
  }
  return ([, record]) => {
    const same = itemKeys(record).flatMap((key) => holders.get(key) ?? []);
    const first = same.reduce((least, number) => Math.min(least, number), named.length);
    return record.uri ?? named[first]?.uri ?? itemIdentity(record);
  };
}

/** Rows whose stamps differ are different plays; a row without a stamp joins the smallest. */
function partedByStamp(rows: readonly Placed[]): readonly (readonly Placed[])[] {
  const stamps = rows.flatMap(([, { offlineStamp }]) => offlineStamp ?? []);
  const smallest = stamps.reduce((least, stamp) => Math.min(least, stamp), Number.POSITIVE_INFINITY);
  return [...grouped(rows, ([, { offlineStamp }]) => offlineStamp ?? smallest).values()];
}

/**
 * Rule 1c: connected chains of near copies. Along one key, all that are near each other hang together exactly when neighbours do,
 * so each is compared with the one before it only.
 */
function chainsOf(sightings: readonly Sighting[]): readonly (readonly Sighting[])[] {
  const chains = createClusters(sightings.length);
  const last = new Map<string, number>();
  for (const [number, sighting] of sightings.entries()) {
    const { msPlayed, offlineStamp, keys } = sighting;
    for (const key of keys) {
      const alike = `${msPlayed} ${offlineStamp} ${key}`;
      const before = sightings[last.get(alike) ?? -1];
      if (before !== undefined && sighting.from - before.from <= nearMs(msPlayed)) chains.join(last.get(alike) ?? number, number);
      last.set(alike, number);
    }
  }
  return [...grouped(sightings.entries(), ([number]) => chains.first(number)).values()].map((chain) => chain.map(([, one]) => one));
}

/** Without ms_played nothing shows that two rows are one play told twice. */
const nearMs = (msPlayed: number | null): number => (msPlayed === null ? -1 : Math.min(NEAR_MS, msPlayed / NEAR_SHARE));

const byContent = (a: Sighting, b: Sighting): number => a.first - b.first;
