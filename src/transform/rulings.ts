import type { Evidence, Origin } from '../ledger/evidence.ts';
import { judge } from '../ledger/ledger.ts';
import type { Value, Warehouse } from './duckdb.ts';
import components from './sql/ledger/components.sql';
import crowded from './sql/ledger/crowded.sql';
import evidenceSql from './sql/ledger/evidence.sql';
import stretches from './sql/ledger/stretches.sql';

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Stretches that records join by their two clocks: the lowest number of those joined stands for all. Nearly every record's clocks lie in
 * one stretch, so there are few.
 */
async function linkStretches(warehouse: Warehouse): Promise<void> {
  const links = await warehouse.rows(`select min(stretch)::double as low, max(stretch)::double as high
    from moment group by rid having min(stretch) <> max(stretch)`);
  const parent = new Map<number, number>();
  const rootOf = (stretch: number): number => {
    let root = stretch;
    for (let next = parent.get(root); next !== undefined && next !== root; next = parent.get(root)) root = next;
    return root;
  };
  for (const { low, high } of links) {
    const [a, b] = [rootOf(Number(low)), rootOf(Number(high))];
    for (const one of [Number(low), Number(high), a, b]) parent.set(one, Math.min(a, b));
  }
  await warehouse.run('create or replace table link (stretch BIGINT, component BIGINT)');
  await warehouse.append(
    'link',
    [...parent.keys()].map((stretch) => [stretch, rootOf(stretch)]),
  );
}

/** Cuts the evidence at hand into stretches of time, as `moment` and `link`. */
export async function cutEvidence(warehouse: Warehouse): Promise<void> {
  await warehouse.run(`create or replace table account as
    select account_id, row_number() over (order by account_id) as account_number from (select distinct account_id from evidence_row)`);
  await warehouse.run(`create or replace table moment as ${stretches}`);
  await linkStretches(warehouse);
}

async function closedDays(warehouse: Warehouse): Promise<ReadonlyMap<string, ReadonlySet<number>>> {
  const days = new Map<string, Set<number>>();
  for (const { account_id, at } of await warehouse.rows('select account_id, epoch_ms(day::timestamp)::double as at from closed_day')) {
    const account = String(account_id);
    days.set(account, (days.get(account) ?? new Set()).add(Number(at) / DAY_MS));
  }
  return days;
}

interface Ruled {
  readonly rid: number;
  readonly account: string;
  readonly evidence: Evidence;
}

const text = (value: Value | undefined): string | null => (value === null || value === undefined ? null : String(value));
const number = (value: Value | undefined): number | null => (value === null || value === undefined ? null : Number(value));

/** Rows of `sql/ledger/evidence.sql`, in its order. */
function ruledRows(columns: readonly (readonly Value[])[]): readonly Ruled[] {
  const [, rid, account, origin, from, until, ms, uri, title, artists, stamp, file] = columns;
  return (rid ?? []).map((id, row) => ({
    rid: Number(id),
    account: String(account?.[row]),
    evidence: {
      origin: String(origin?.[row]) as Origin,
      endedFrom: Number(from?.[row]),
      endedUntil: Number(until?.[row]),
      msPlayed: number(ms?.[row]),
      uri: text(uri?.[row]),
      titleKey: text(title?.[row]),
      artistKeys: JSON.parse(text(artists?.[row]) ?? '[]') as readonly string[],
      offlineStamp: number(stamp?.[row]),
      fileSha256: text(file?.[row]),
    },
  }));
}

/** The ledger's verdicts over rows of several accounts, each account's in content order. */
function* verdicts(
  rows: readonly Ruled[],
  closed: ReadonlyMap<string, ReadonlySet<number>>,
): Generator<readonly (number | string | null)[]> {
  for (const account of new Set(rows.map((row) => row.account))) {
    const own = rows.filter((row) => row.account === account).sort(byTime);
    const judged = judge(
      own.map(({ evidence }) => evidence),
      closed.get(account) ?? new Set(),
    );
    for (const [at, { verdict, reason, play, ordinal }] of judged.entries()) {
      yield [own[at]?.rid ?? -1, verdict, reason, play === null ? null : (own[play]?.rid ?? -1), ordinal];
    }
  }
}

/** Components come one after the other; the content order begins with the time. Equal times stay in the order in which they came. */
const byTime = (a: Ruled, b: Ruled): number => a.evidence.endedFrom - b.evidence.endedFrom;

/**
 * Has the ledger rule what records may share: `ruling` holds its verdicts, `component` the earlier records near which something new came: of
 * all others the last verdict stands. A new or listed record without a ruling is a play of its own, or filtered on a closed day. Needs
 * `moment`, `link`, `closed_day`.
 */
export async function rule(warehouse: Warehouse): Promise<void> {
  await warehouse.run(`create or replace table crowded as ${crowded}`);
  await warehouse.run(`create or replace table component as ${components}`);
  await warehouse.run('create or replace table ruled (rid BIGINT, verdict VARCHAR, reason VARCHAR, kept_rid BIGINT, ordinal BIGINT)');
  const closed = await closedDays(warehouse);
  const slices = await warehouse.rows('select distinct slice from component where is_crowded order by slice');
  for (const { slice } of slices) {
    const columns = await warehouse.columns(evidenceSql.replace('$slice', String(slice)));
    await warehouse.append('ruled', verdicts(ruledRows(columns), closed));
  }
  await warehouse.run(`create or replace table ruling as
    select r.rid, r.verdict, r.reason,
      case when k.rid is not null then play_id_of(e.account_id, e.origin, e.ended_from, e.track_uri, e.title_key, e.artist_keys, e.ms_played, e.offline_stamp, k.ordinal) end as play_id
    from ruled as r
    left join ruled as k on k.rid = r.kept_rid
    left join evidence_row as e on e.rowid = r.kept_rid`);
}
