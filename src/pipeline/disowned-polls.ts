import type { Engine } from '../engines/engine.ts';

/** Fewer polls than this say nothing of whose export it is. */
const TELLING_POLLS = 20;
const LIMITS = { rows: 1_000, bytes: 4 * 1024 * 1024, ms: 60_000 };

const SQL = `
  with closed as (
    select d.account_id, d.file_sha256, e.verdict
    from export_days as d
    join play_evidence as e on e.account_id = d.account_id and e.ended_from::date = d.day
    where d.is_closed and e.origin = 'recently_played' and e.verdict in ('merged', 'filtered')
  )
  select c.account_id, coalesce(f.file_name, f.file_sha256), count(*)::bigint, count(*) filter (where c.verdict = 'merged')::bigint
  from closed as c
  join export_files as f using (account_id, file_sha256)
  group by all
  having count(*) >= ${TELLING_POLLS} and count(*) filter (where c.verdict = 'merged') * 2 < count(*)
  order by all`;

/**
 * One sentence for each file of history that closes days of an account on which it knows fewer than half of what was polled: it may be
 * another person's. Newer exports name nobody, so this is all there is to tell by (docs/ledger.md, rule 4).
 */
export async function disownedPolls(engine: Engine, signal: AbortSignal): Promise<readonly string[]> {
  const { batches } = await engine.query({ sql: SQL, params: {}, limits: LIMITS, trust: 'ours' }, signal);
  const told: string[] = [];
  for await (const rows of batches) {
    for (const [account, file, polls, found] of rows) {
      told.push(
        `${file} knows ${found} of the ${polls} plays of ${account} that were polled on the days it closes: is it ${account}'s export? If not: tonearm forget '${file}'`,
      );
    }
  }
  return told;
}
