import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TABLES } from '../tables/star-schema.ts';
import type { Engine, Query, Result, Scalar } from './engine.ts';

export const ask = (sql: string, more: Partial<Query> = {}): Query => ({
  sql,
  params: {},
  limits: { rows: 1_000_000, bytes: 1e9, ms: 20_000 },
  trust: 'ours',
  ...more,
});

export async function rowsOf(result: Result): Promise<readonly (readonly Scalar[])[]> {
  const rows: (readonly Scalar[])[] = [];
  for await (const batch of result.batches) rows.push(...batch);
  return rows;
}

/** What every engine does alike. `make` gives one over an empty lake. */
export function engineContract(name: string, make: () => Promise<Engine>): void {
  describe(`engine ${name}`, () => {
    const signal = new AbortController().signal;
    let engine: Engine;
    beforeAll(async () => {
      engine = await make();
    });
    afterAll(() => engine.close());

    it('describes every table of the star schema in order', async () => {
      const shapes = await engine.describe();
      expect(shapes.map(({ table }) => table)).toEqual(TABLES.map((table) => table.name));
      for (const [at, shape] of shapes.entries()) {
        expect(shape.columns.map((column) => column.name)).toEqual(TABLES[at]?.columns.map((column) => column.name));
      }
    });

    it.each(TABLES.map((table) => [table.name, table] as const))('has %s with the declared columns and types, empty', async (_, table) => {
      const result = await engine.query(ask(`select * from ${table.name}`), signal);
      expect(result.columns).toEqual(table.columns.map((column) => ({ name: column.name, type: column.type })));
      expect(await rowsOf(result)).toEqual([]);
      expect(result.stats()).toMatchObject({ rows: 0, truncated: false });
    });

    it('binds named parameters of every scalar type', async () => {
      const params = { text: "it's", whole: 7, broken: 0.5, big: 2n ** 60n, yes: true, none: null };
      const result = await engine.query(
        ask('select $text as a, $whole as b, $broken as c, $big as d, $yes as e, $none as f', { params }),
        signal,
      );
      expect(await rowsOf(result)).toEqual([["it's", 7, 0.5, 2n ** 60n, true, null]]);
    });

    it('writes timestamps as UTC text, dates as dates, whole numbers exactly', async () => {
      const sql = `select timestamp '2026-11-21 10:00:00' as a, timestamp '2026-11-21 10:00:00.25' as b, date '2026-02-03' as c,
        cast(9007199254740993 as bigint) as d, cast(5 as bigint) as e, cast(null as timestamp) as f`;
      const result = await engine.query(ask(sql), signal);
      expect(result.columns.map(({ type }) => type)).toEqual(['timestamp', 'timestamp', 'date', 'integer', 'integer', 'timestamp']);
      expect(await rowsOf(result)).toEqual([
        ['2026-11-21T10:00:00Z', '2026-11-21T10:00:00.250Z', '2026-02-03', 9007199254740993n, 5, null],
      ]);
    });

    it('cuts at the row limit and says so; a result of exactly that length is whole', async () => {
      const sql = 'select 1 as n union all select 2 union all select 3 order by n';
      const limits = { rows: 2, bytes: 1e9, ms: 20_000 };
      const cut = await engine.query(ask(sql, { limits }), signal);
      expect(await rowsOf(cut)).toEqual([[1], [2]]);
      expect(cut.stats()).toMatchObject({ rows: 2, truncated: true });
      const whole = await engine.query(ask(sql, { limits: { ...limits, rows: 3 } }), signal);
      expect(await rowsOf(whole)).toHaveLength(3);
      expect(whole.stats()).toMatchObject({ rows: 3, truncated: false });
    });

    it('cuts before the row that passes the byte limit', async () => {
      const limits = { rows: 100, bytes: 7, ms: 20_000 };
      const cut = await engine.query(ask("select 'abc' as t union all select 'déf' union all select 'ghi'", { limits }), signal);
      expect(await rowsOf(cut)).toEqual([['abc'], ['déf']]);
      expect(cut.stats().truncated).toBe(true);
    });

    it('says bad_sql for SQL that does not parse or bind', async () => {
      await expect(engine.query(ask('selec 1'), signal)).rejects.toMatchObject({ code: 'bad_sql' });
      await expect(engine.query(ask('select nope from plays'), signal)).rejects.toMatchObject({ code: 'bad_sql' });
    });

    it('asks nothing once the signal has fired', async () => {
      const stopped = AbortSignal.abort();
      await expect(engine.query(ask('select count(*) from range(100000000000) as t(i) where i % 7 = 3'), stopped)).rejects.toMatchObject({
        code: 'cancelled',
      });
    });
  });
}
