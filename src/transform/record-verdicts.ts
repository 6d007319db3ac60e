import type { Warehouse } from './duckdb.ts';
import { gatherEvidence } from './evidence.ts';
import { readHistories } from './histories.ts';
import records from './sql/staging/records.sql';
import { type StageInput, stage } from './stage.ts';

/** What the models make of one record of one raw object, before the ledger has a say. */
export interface RecordVerdict {
  /** 1-based. */
  readonly line: number;
  /** Path of the list in the body, dots between; empty where the whole body is the record. */
  readonly list: string;
  /** 0-based; null for the whole body. */
  readonly item: number | null;
  readonly verdict: 'kept' | 'duplicate' | 'filtered' | 'quarantined';
  /** The evidence that a polled record is; null for all others. */
  readonly evidenceId: string | null;
  readonly faults: readonly { readonly field: string; readonly code: string; readonly message: string }[];
}

const place = (line: unknown, list: unknown, item: unknown): string => `${line} ${list} ${item ?? ''}`;

/** Every record of one raw object that is no file of streaming history, judged as a build judges it. In the order of lines and elements. */
export async function recordVerdicts(warehouse: Warehouse, input: StageInput): Promise<readonly RecordVerdict[]> {
  const staged = await stage(warehouse, [input]);
  await readHistories(warehouse, staged);
  await gatherEvidence(warehouse);
  const polled = await warehouse.rows('select _raw_line as line, _raw_item as item, evidence_id from new_polled');
  const evidence = new Map(polled.map(({ line, item, evidence_id }) => [place(line, 'items', item), String(evidence_id)]));
  const found = await warehouse.rows(`select line, list, item, verdict, null as field, null as code, null as message from (${records})
    union all
    select line, list, item, 'quarantined', field, code, message from quarantined
    order by line, list, item, field`);
  const verdicts = new Map<string, RecordVerdict>();
  for (const { line, list, item, verdict, field, code, message } of found) {
    const id = place(line, list, item);
    const faults = code === null ? [] : [{ field: String(field), code: String(code), message: String(message) }];
    verdicts.set(id, {
      line: Number(line),
      list: String(list),
      item: item === null || item === undefined ? null : Number(item),
      verdict: String(verdict) as RecordVerdict['verdict'],
      evidenceId: evidence.get(id) ?? null,
      faults: [...(verdicts.get(id)?.faults ?? []), ...faults],
    });
  }
  return [...verdicts.values()];
}
