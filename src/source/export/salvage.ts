import { type Fault, recordFaults } from '../contract.ts';
import { isObject } from '../json.ts';
import { createArrayScanner, type Scanned } from './array-scan.ts';
import { type HistoryStream, historyContract, readFields } from './history-contract.ts';

/** One element of a history. */
export interface Salvaged {
  /** 0-based. */
  readonly item: number;
  /** JSON of the fields that are read; `null` for an element at fault. */
  readonly json: string;
  /** What is wrong with it; none where it fulfils the contract. */
  readonly faults: readonly Fault[];
}

const UNREADABLE: Readonly<Record<NonNullable<Scanned['fault']>, Omit<Fault, 'field'>>> = {
  not_json: { code: 'not_json', message: 'no JSON' },
  too_large: { code: 'bad_value', message: 'larger than 1 MB' },
  truncated: { code: 'truncated', message: 'the file ends before its list does' },
};

function parsed(bytes: Uint8Array): { readonly value: unknown } | { readonly reason: string } {
  try {
    return { value: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown };
  } catch (error) {
    // The parser's own words would quote what stands around the fault: an IP address, for one.
    if (error instanceof SyntaxError) return { reason: 'no JSON' };
    if (error instanceof TypeError) return { reason: 'no UTF-8 text' };
    throw error;
  }
}

function salvageOne(stream: HistoryStream, { bytes, fault }: Scanned): Omit<Salvaged, 'item'> {
  if (bytes === null) return { json: 'null', faults: [{ field: '', ...UNREADABLE[fault ?? 'not_json'] }] };
  const found = parsed(bytes);
  if ('reason' in found) return { json: 'null', faults: [{ field: '', code: 'not_json', message: found.reason }] };
  const record = isObject(found.value) ? readFields(stream, found.value) : found.value;
  const faults = recordFaults(historyContract(stream), record);
  return { json: faults.length === 0 ? JSON.stringify(record) : 'null', faults };
}

/** With its place in the unpacked file, by which it can be found in an editor. */
const placed = ({ from, to }: Scanned, fault: Fault): Fault => ({
  ...fault,
  message: `byte ${from} to ${Math.max(from, to - 1)}: ${fault.message}`,
});

/**
 * Every element of a history, however damaged the file is: those that fulfil the contract, cut down to what is read of them, and those at
 * fault with their place. What cannot be read any more at the end of a file is one element. A function of the bytes alone; memory stays flat.
 */
export async function* salvage(stream: HistoryStream, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<readonly Salvaged[]> {
  const scanner = createArrayScanner();
  let item = 0;
  const salvageAll = (elements: readonly Scanned[]): readonly Salvaged[] =>
    elements.map((element) => {
      const { json, faults } = salvageOne(stream, element);
      item += 1;
      return { item: item - 1, json, faults: faults.map((fault) => placed(element, fault)) };
    });
  for await (const chunk of chunks) yield salvageAll(scanner.push(chunk));
  yield salvageAll(scanner.end());
}

/** Where an element of a history stands in the unpacked file, the first byte and the one after the last; null where there is none of that number. */
export async function placeOf(
  item: number,
  chunks: AsyncIterable<Uint8Array>,
): Promise<{ readonly from: number; readonly to: number } | null> {
  const scanner = createArrayScanner();
  let count = 0;
  const sought = (elements: readonly Scanned[]): Scanned | undefined => {
    const found = elements[item - count];
    count += elements.length;
    return found;
  };
  for await (const chunk of chunks) {
    const found = sought(scanner.push(chunk));
    if (found !== undefined) return found;
  }
  return sought(scanner.end()) ?? null;
}
