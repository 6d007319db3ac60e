import { z } from 'zod';
import { PipelineError } from '../kernel/errors.ts';
import type { Catalog, ConsumedSegment, Partition } from './catalog.ts';

/** Layout of the catalog's own file. */
export const CATALOG_SCHEMA = 2;

/** The catalog of a lake that nothing was ever written to. */
export const EMPTY_CATALOG: Catalog = {
  version: 0,
  schema: CATALOG_SCHEMA,
  runId: '',
  committedAt: '1970-01-01T00:00:00.000Z',
  contract: 0,
  rules: 0,
  partitions: [],
  consumed: [],
};

const count = z.int().nonnegative();
const name = z.string().min(1);
const CatalogFile = z.object({
  version: z.int().positive(),
  schema: z.literal(CATALOG_SCHEMA),
  runId: name,
  committedAt: z.iso.datetime(),
  contract: count,
  rules: count,
  partitions: z.array(
    z.object({
      table: name,
      name,
      buildId: name,
      files: z.array(z.object({ key: name, bytes: count, rows: count, sha256: z.string().regex(/^[0-9a-f]{64}$/) })),
      rows: count,
    }),
  ),
  consumed: z.array(z.object({ key: name, from: name, to: name, count: z.int().positive() })),
  removals: count.exactOptional(),
});
const AnySchema = z.object({ schema: z.int() });

/** A partition as a change names it: `table/name`. */
export const partitionId = ({ table, name }: Pick<Partition, 'table' | 'name'>): string => `${table}/${name}`;

/** By code unit, which no locale changes. */
const ascending = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

export const sortedPartitions = (partitions: Iterable<Partition>): readonly Partition[] =>
  [...partitions].sort((a, b) => ascending(a.table, b.table) || ascending(a.name, b.name));

export const sortedSegments = (segments: Iterable<ConsumedSegment>): readonly ConsumedSegment[] =>
  [...segments].sort((a, b) => ascending(a.from, b.from) || ascending(a.key, b.key));

/** A catalog from its file. Throws where it is none; `bad_input` where a newer Tonearm wrote it. */
export function parseCatalog(json: unknown): Catalog {
  const { schema } = AnySchema.parse(json);
  if (schema > CATALOG_SCHEMA) {
    throw new PipelineError(`the catalog has layout ${schema}; this Tonearm knows ${CATALOG_SCHEMA}`, {
      code: 'bad_input',
      hint: 'Use the version of Tonearm that wrote the lake, or a newer one.',
    });
  }
  return CatalogFile.parse(json);
}

/** The text of a catalog's file: equal catalogs give equal text. */
export function catalogText({ version, schema, runId, committedAt, contract, rules, partitions, consumed, removals }: Catalog): string {
  const files = (list: Partition['files']) => list.map(({ key, bytes, rows, sha256 }) => ({ key, bytes, rows, sha256 }));
  const file = {
    version,
    schema,
    runId,
    committedAt,
    contract,
    rules,
    partitions: sortedPartitions(partitions).map((one) => ({
      table: one.table,
      name: one.name,
      buildId: one.buildId,
      files: files(one.files),
      rows: one.rows,
    })),
    consumed: sortedSegments(consumed).map(({ key, from, to, count }) => ({ key, from, to, count })),
    ...(removals === undefined ? {} : { removals }),
  };
  return `${JSON.stringify(file)}\n`;
}
