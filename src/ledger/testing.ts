import type { Evidence, Verdict } from './evidence.ts';

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const DAY = 24 * 60 * MINUTE;

type Text = string | null;

function compare<T extends string | number>(a: T | null, b: T | null): number {
  if (a === b) return 0;
  if (a === null || b === null) return a === null ? 1 : -1;
  return a < b ? -1 : 1;
}

/** Content order (docs/ledger.md) over what the ledger looks at; columns beyond that only order rows that it cannot tell apart. */
export function contentOrder(a: Evidence, b: Evidence): number {
  return (
    compare(a.endedFrom, b.endedFrom) ||
    compare(a.uri, b.uri) ||
    compare(a.offlineStamp, b.offlineStamp) ||
    compare(a.origin, b.origin) ||
    compare(a.endedUntil, b.endedUntil) ||
    compare(a.msPlayed, b.msPlayed) ||
    compare(a.titleKey, b.titleKey) ||
    compare(a.artistKeys.join('\u001f'), b.artistKeys.join('\u001f')) ||
    compare(a.fileSha256, b.fileSha256)
  );
}

/** An item by the name of its recording: `a` is track `a` by artist `a`; `a2` is the same recording under another URI. */
function item(name: string): Pick<Evidence, 'uri' | 'titleKey' | 'artistKeys'> {
  const recording = name.replace(/\d+$/, '');
  return { uri: `spotify:track:${name}`, titleKey: `title ${recording}`, artistKeys: [`artist ${recording}`] };
}

interface Extended {
  readonly ms?: number;
  readonly stamp?: number | null;
  readonly uri?: Text;
  readonly file?: string;
}

/** A record of the extended history; `at` in milliseconds, brought to its second. */
export function extended(name: string, at: number, { ms = 200_000, stamp = null, file = 'x1', ...rest }: Extended = {}): Evidence {
  const endedFrom = Math.floor(at / SECOND) * SECOND;
  const said = { ...item(name), ...rest };
  return {
    ...said,
    origin: 'extended_history',
    endedFrom,
    endedUntil: endedFrom + SECOND,
    msPlayed: ms,
    offlineStamp: stamp,
    fileSha256: file,
  };
}

/** A record of the short history; `at` in milliseconds, brought to its minute. */
export function short(
  name: string,
  at: number,
  { ms = 200_000, file = 's1' }: { readonly ms?: number; readonly file?: string } = {},
): Evidence {
  const endedFrom = Math.floor(at / MINUTE) * MINUTE;
  return {
    ...item(name),
    uri: null,
    origin: 'account_history',
    endedFrom,
    endedUntil: endedFrom + MINUTE,
    msPlayed: ms,
    offlineStamp: null,
    fileSha256: file,
  };
}

export function polled(name: string, at: number): Evidence {
  const { artistKeys, ...rest } = item(name);
  return {
    ...rest,
    artistKeys: [...artistKeys, 'artist of the album'],
    origin: 'recently_played',
    endedFrom: at,
    endedUntil: at,
    msPlayed: null,
    offlineStamp: null,
    fileSha256: null,
  };
}

/** How often each verdict was given, by `verdict reason`. */
export function sums(verdicts: readonly Verdict[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { verdict, reason } of verdicts) {
    const name = reason === null ? verdict : `${verdict} ${reason}`;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}
