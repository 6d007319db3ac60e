import type { Account } from '../listener/account.ts';
import { hashOf } from '../world/random.ts';
import type { Form } from './forms.ts';
import { isExtended, SHAPES } from './forms.ts';
import type { KeptPlay } from './kept-play.ts';
import type { OpenPlay } from './open-play.ts';
import type { Quirk, Quirks, Touches } from './quirks.ts';
import type { Loss, RecordFacts } from './records.ts';
import type { Row } from './series.ts';

/** One request for one form of history. */
export interface PackageRequest {
  readonly name: string;
  readonly form: Form;
  /** The moment of the request: nothing later is in it. */
  readonly at: number;
  /** When the same form was requested before; null for the first time. */
  readonly before: number | null;
  /** Requests of one form, from 0. */
  readonly nth: number;
}

export interface RowOptions {
  readonly account: Account;
  readonly quirks: Quirks;
  readonly touches: Touches;
}

export interface RowsOfPlay {
  /** For the present file, and for the next. */
  readonly now: readonly Row[];
  readonly next: readonly Row[];
  readonly quirks: readonly Quirk[];
}

/** Most that a near copy is late; a third of the play's length where that is less. */
const NEAR_SECONDS = 30;

/** The records of one play in one package that reaches it: one, and its copies where a quirk makes them. Short histories have no copies. */
export function rowsOf(options: RowOptions, request: PackageRequest, play: OpenPlay, kept: KeptPlay, ts: number): RowsOfPlay {
  const { account, touches } = options;
  const bytes = (facts: RecordFacts): Buffer => Buffer.from(SHAPES[request.form].text(facts));
  if (!isExtended(request.form)) {
    return { now: [{ ts, bytes: bytes({ account, kept, ts, lost: null }), play, repeats: 'nothing' }], next: [], quirks: [] };
  }
  const lost = lossOf(options, request, kept, ts);
  const quirks: Quirk[] = lost === null ? [] : ['differing_detail'];
  const row: Row = { ts, bytes: bytes({ account, kept, ts, lost }), play, repeats: play.same.includes(kept) ? 'exactly' : 'nothing' };
  const { endedAt } = kept.play;
  if (touches('duplicates', endedAt)) {
    const twin: Row = { ...row, repeats: 'exactly' };
    const isHere = hashOf(endedAt, 'twin') % 2 === 0;
    return { now: isHere ? [row, twin] : [row], next: isHere ? [] : [twin], quirks: [...quirks, 'duplicates'] };
  }
  const late = ts + nearSeconds(kept) * 1000;
  if (late === ts || late > request.at || !touches('near_copies', endedAt)) return { now: [row], next: [], quirks };
  const near: Row = { ts: late, bytes: bytes({ account, kept, ts: late, lost }), play, repeats: 'nearly' };
  return { now: [row, near], next: [], quirks: [...quirks, 'near_copies'] };
}

/** 0 for a play too short to have one. */
function nearSeconds({ msPlayed, play }: KeptPlay): number {
  const most = Math.min(NEAR_SECONDS, Math.floor(msPlayed / 3000));
  return most < 1 ? 0 : 1 + (hashOf(play.endedAt, 'near') % most);
}

/** Only what an earlier request had can be lost; the first has everything. */
function lossOf(
  { account, quirks, touches }: RowOptions,
  { before, nth }: PackageRequest,
  { play, uri, names, stamp }: KeptPlay,
  ts: number,
): Loss | null {
  if (quirks.differing_detail === undefined || before === null || ts > before) return null;
  const poorYear = Number(account.joinedOn.slice(0, 4)) + nth - 1;
  if (new Date(ts).getUTCFullYear() === poorYear) return 'reason_end';
  if (!touches('differing_detail', `${play.endedAt} ${nth}`)) return null;
  const losses: readonly Loss[] = [
    'reason_end',
    ...(play.kind !== 'chapter' && uri !== null && names !== null ? (['uri'] as const) : []),
    ...(stamp === null || stamp === 0 ? [] : (['stamp'] as const)),
  ];
  return losses[hashOf(play.endedAt, 'loss') % losses.length] ?? null;
}
