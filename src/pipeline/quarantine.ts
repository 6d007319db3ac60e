import type { Engine, Scalar } from '../engines/engine.ts';
import { PipelineError } from '../kernel/errors.ts';
import { isHistoryStream } from '../source/export/history-contract.ts';
import type {
  QuarantinedDocument,
  QuarantineFilter,
  QuarantineList,
  QuarantineRow,
  QuarantineShown,
  RecordChoice,
  Replayed,
} from './answers.ts';
import type { Context } from './context.ts';
import { recordText } from './quarantined-record.ts';

/** Text of all records that are shown at once, in UTF-8 bytes. */
const MOST_TEXT = 64 * 1024;
const MOST_SHOWN = 20;
const UNBOUNDED = { rows: Number.MAX_SAFE_INTEGER, bytes: Number.MAX_SAFE_INTEGER, ms: 600_000 };

const COLUMNS = 'account_id, stream, code, message, field, file_name, raw_key, raw_line, raw_item';
const ORDER = 'raw_key, raw_line, raw_item, field';

async function rowsOf(
  engine: Engine,
  sql: string,
  params: Readonly<Record<string, Scalar>>,
  signal: AbortSignal,
): Promise<readonly (readonly Scalar[])[]> {
  const result = await engine.query({ sql, params, limits: UNBOUNDED, trust: 'ours' }, signal);
  const rows: (readonly Scalar[])[] = [];
  for await (const batch of result.batches) rows.push(...batch);
  return rows;
}

const textOf = (value: Scalar | undefined): string => String(value ?? '');
const numberOrNull = (value: Scalar | undefined): number | null => (value === null || value === undefined ? null : Number(value));

function toRow([account, stream, code, message, field, file, rawKey, line, item]: readonly Scalar[]): QuarantineRow {
  return {
    account: textOf(account),
    stream: textOf(stream),
    code: textOf(code),
    message: textOf(message),
    field: textOf(field),
    file: file === null || file === undefined ? null : String(file),
    rawKey: textOf(rawKey),
    line: Number(line),
    item: numberOrNull(item),
  };
}

/** Faults, in the order of raw; a record may have several. */
export async function listQuarantine(engine: Engine, filter: QuarantineFilter, signal: AbortSignal): Promise<QuarantineList> {
  const { stream, code, limit } = filter;
  const where = '($stream::varchar is null or stream = $stream) and ($code::varchar is null or code = $code)';
  const counted = await rowsOf(
    engine,
    `select count(*), count(distinct (raw_key, raw_line, raw_item,
        case when raw_item is null or stream in ('extended_history', 'account_history') then '' else split_part(field, '.', 1) end))
      from quarantine where ${where}`,
    { stream, code },
    signal,
  );
  const rows = await rowsOf(
    engine,
    `select ${COLUMNS} from quarantine where ${where} order by ${ORDER} limit $limit`,
    { stream, code, limit },
    signal,
  );
  const [faults, records] = counted[0] ?? [];
  return { rows: rows.map(toRow), total: { faults: Number(faults ?? 0), records: Number(records ?? 0) } };
}

/** Faults of one record belong together: the same element of the same line. */
function byRecord(rows: readonly QuarantineRow[]): readonly (readonly QuarantineRow[])[] {
  const records = new Map<string, QuarantineRow[]>();
  for (const row of rows) {
    const id = recordId(row);
    records.set(id, [...(records.get(id) ?? []), row]);
  }
  return [...records.values()];
}

/** An answer may hold several lists: the field's first part tells which one an element stands in. A file of history is one list, without a name. */
const recordId = ({ rawKey, stream, line, item, field }: QuarantineRow): string =>
  `${rawKey}\n${line}\n${item}\n${item === null || isHistoryStream(stream) ? '' : field.split('.')[0]}`;

/**
 * Records in quarantine with the reason and what raw holds of them: at most 20, and 64 kB of text in all; what looks like a token is hidden.
 *
 * Errors: `not_found` where nothing in quarantine matches; `corrupt` where raw cannot be read.
 */
export async function showQuarantined(
  context: Context,
  engine: Engine,
  choice: RecordChoice,
  signal: AbortSignal,
): Promise<QuarantineShown> {
  const { name, line, item } = choice;
  const sql = `select ${COLUMNS} from quarantine
    where (raw_key = $name or file_name = $name or ends_with(file_name, '/' || $name) or ends_with(file_name, '!' || $name)
        or (file_name is null and regexp_replace(raw_key, '^.*/|\\.(nd)?json\\.gz$', '', 'g') = $name))
      and ($line::bigint is null or raw_line = $line) and ($item::bigint is null or raw_item = $item)
    order by ${ORDER}`;
  const found = byRecord((await rowsOf(engine, sql, { name, line, item }, signal)).map(toRow));
  if (found.length === 0) {
    throw new PipelineError(
      `nothing in quarantine is of ${name}${line === null ? '' : `, line ${line}`}${item === null ? '' : `, element ${item}`}`,
      {
        code: 'not_found',
        hint: 'tonearm quarantine list names the files, raw keys, lines and elements',
      },
    );
  }
  const documents: QuarantinedDocument[] = [];
  let room = MOST_TEXT;
  for (const faults of found.slice(0, MOST_SHOWN)) {
    const [first] = faults;
    if (first === undefined || room <= 0) break;
    const record = await recordText(context.store, first, room);
    room -= Buffer.byteLength(record.text);
    documents.push({ faults, record });
  }
  return { documents, more: found.length - documents.length };
}

/** Every record in quarantine by its id, with its code; the first one's where it has several. */
export async function quarantinedRecords(engine: Engine, signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
  const rows = await rowsOf(engine, `select ${COLUMNS} from quarantine order by ${ORDER}`, {}, signal);
  return new Map(byRecord(rows.map(toRow)).map((faults) => [faults[0] === undefined ? '' : recordId(faults[0]), faults[0]?.code ?? '']));
}

/** How quarantine changed between two looks at it. */
export function replayed(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): Replayed {
  const codes = [...new Set(before.values())].sort().map((code) => {
    const ids = [...before].filter(([, of]) => of === code).map(([id]) => id);
    const stay = ids.filter((id) => after.has(id)).length;
    return { code, before: ids.length, left: ids.length - stay, stay };
  });
  const stay = codes.reduce((sum, one) => sum + one.stay, 0);
  return {
    before: before.size,
    left: before.size - stay,
    stay,
    added: [...after.keys()].filter((id) => !before.has(id)).length,
    codes,
  };
}
