import type { AccountSpec } from '../listener/account.ts';
import { createListener } from '../listener/listener.ts';
import { listeningOf } from '../listener/paced.ts';
import { createWorld } from '../world/world.ts';
import { type ExportOptions, exportTruth } from './export.ts';
import { habitsFor, type Quirks } from './quirks.ts';
import type { EvidencePlace, ExportTruth } from './truth.ts';

export type JsonRecord = Readonly<Record<string, unknown>>;

export interface TestExport {
  readonly truth: ExportTruth;
  readonly files: ReadonlyMap<string, Buffer>;
  /** Records of a streaming history by the name of its file. */
  readonly records: ReadonlyMap<string, readonly JsonRecord[]>;
  at(place: EvidencePlace): JsonRecord;
}

const HISTORY = /(Streaming_?History|endsong|endvideo)[^/]*\.json$/;
export const world = createWorld('export', 60);
export const UNTIL = Date.parse('2024-05-01T10:00:00Z');
export const ADA: AccountSpec = {
  ...{ name: 'ada', displayName: 'Ada', joinedOn: '2022-09-01', country: 'DE', utcOffsetMinutes: 60, playsPerDay: 9 },
};

/** A small account's exports in memory, with small files. */
export async function testExport(quirks: Quirks = {}, more: Partial<ExportOptions> = {}): Promise<TestExport> {
  const listening = listeningOf(createListener(world, { ...ADA, ...habitsFor(quirks) }));
  const sizes = { mostBytes: 750_000, mostRows: 1_000 };
  const { truth, files } = await exportTruth({ ...sizes, world, listening, until: UNTIL, forms: ['extended'], quirks, ...more });
  const histories = [...files].filter(([name]) => HISTORY.test(name));
  const records = new Map(histories.map(([name, bytes]): [string, JsonRecord[]] => [name, JSON.parse(bytes.toString())]));
  return { truth, files, records, at: ({ file, item }) => records.get(file)?.[item] ?? {} };
}

/** All records of all histories. */
export const allOf = ({ records }: TestExport): readonly JsonRecord[] => [...records.values()].flat();
