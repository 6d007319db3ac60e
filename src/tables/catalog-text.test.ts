import { describe, expect, it } from 'vitest';
import type { Catalog, Partition } from './catalog.ts';
import { catalogText, EMPTY_CATALOG, parseCatalog } from './catalog-text.ts';

const partition = (table: string, name: string): Partition => ({
  table,
  name,
  buildId: 'b1',
  files: [{ key: `tables/${table}/${name}/b1/part-0.parquet`, bytes: 10, rows: 2, sha256: 'ab'.repeat(32) }],
  rows: 2,
});
const segment = (from: string) => ({ key: `catalog/segments/${from}.ndjson`, from, to: from, count: 1 });
const catalog: Catalog = {
  ...EMPTY_CATALOG,
  version: 3,
  runId: 'run-1',
  committedAt: '2026-11-21T08:00:00.000Z',
  partitions: [partition('plays', 'account=me/year=2025'), partition('plays', 'account=me/year=2026'), partition('tracks', 'all')],
  consumed: [segment('t-1'), segment('t-2')],
};
const read = (text: string): Catalog => parseCatalog(JSON.parse(text));

describe('the text of a catalog', () => {
  it('reads back as the same catalog', () => {
    expect(read(catalogText(catalog))).toEqual(catalog);
    expect(read(catalogText({ ...catalog, removals: 7 }))).toEqual({ ...catalog, removals: 7 });
  });

  it('does not depend on the order of what it lists', () => {
    const shuffled = { ...catalog, partitions: [...catalog.partitions].reverse(), consumed: [...catalog.consumed].reverse() };
    expect(catalogText(shuffled)).toBe(catalogText(catalog));
  });

  it.each([
    ['a file has no hash', (text: string) => text.replace('"sha256"', '"sha"')],
    ['a hash is too short', (text: string) => text.replace('abab', 'ab')],
    ['it has the layout of an earlier day', (text: string) => text.replace('"schema":2', '"schema":1')],
    ['a count is negative', (text: string) => text.replace('"rows":2', '"rows":-2')],
    ['it has no layout', (text: string) => text.replace('"schema"', '"scheme"')],
    ['it is a list', () => '[]'],
  ])('is refused when %s', (_, damage) => {
    expect(() => read(damage(catalogText(catalog)))).toThrow();
  });

  it('says so when a newer Tonearm wrote it', () => {
    const newer = expect.objectContaining({ code: 'bad_input', hint: expect.stringContaining('version of Tonearm') });
    expect(() => read(catalogText(catalog).replace('"schema":2', '"schema":3'))).toThrow(newer);
  });
});
