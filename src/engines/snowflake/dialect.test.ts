import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Scalar } from '../engine.ts';
import { snowflakeSql } from './dialect.ts';
import { guard } from './guard.ts';

const place = { database: 'TONEARM', schema: 'LAKE' };
const said = (sql: string, params: Readonly<Record<string, Scalar>> = {}, zones = {}) => snowflakeSql(sql, { place, zones, params });

describe('a text of all engines in the cloud, in the words of Snowflake', () => {
  it.each([
    ['select sum(a) filter (where b > 1) from c', 'select sum(IFF(b > 1, a, NULL)) from c'],
    [
      'select count(*) filter (where a), count(distinct b) filter (where c) from d',
      'select COUNT_IF(a) , count(distinct IFF(c, b, NULL)) from d',
    ],
    ['select arg_max(a, b) from c', 'select MAX_BY(a, IFF(a IS NULL, NULL, b)) from c'],
    ['select greatest(a, b), if(a, b, c) from d', 'select GREATEST_IGNORE_NULLS(a, b) , IFF(a, b, c) from d'],
    [
      "select string_agg(distinct a, ', ' order by a) from b",
      "select NULLIF(LISTAGG(distinct a, ', ') WITHIN GROUP (order by a nulls last), '') from b",
    ],
    ['select concat_ws(chr(31), a, b) from c', 'select ARRAY_TO_STRING(ARRAY_CONSTRUCT_COMPACT(a, b), chr(31)) from c'],
    [
      'select avg(a) over (order by b rows between 6 preceding and current row) from c',
      'select AVG(CAST(a AS FLOAT)) over (order by b nulls last rows between 6 preceding and current row) from c',
    ],
    [
      "select a::timestamp + interval 1 day, timestamp '1970-01-01' from b",
      "select CAST(a AS TIMESTAMP_NTZ(6)) + INTERVAL '1 day' , CAST('1970-01-01' AS TIMESTAMP_NTZ(6)) from b",
    ],
    [
      'select a from b order by c desc, d nulls first, e limit 5',
      'select a from b order by c desc nulls last , d nulls first , e nulls last limit 5',
    ],
    ["select split_part('a', '/', 1)::timestamp", "select CAST(split_part('a' , '/' , 1) AS TIMESTAMP_NTZ(6))"],
    ['select a is not false, b is false from c', 'select coalesce(a, true) , not coalesce(b, true) from c'],
  ])('%s', (text, expected) => {
    expect(said(text)).toEqual({ sql: expected, binds: [] });
  });

  it('names tables with all that stands before them, but not what it gives a name to itself', () => {
    const { sql } = said(
      'with plays as (select * from stored.plays) select * from plays join tracks on true join stored.tracks as own on true',
    );
    expect(sql).toBe(
      'with plays as (select * from "TONEARM"."LAKE_STORED"."PLAYS" AS plays) select * from plays join "TONEARM"."LAKE"."TRACKS" AS tracks on true join "TONEARM"."LAKE_STORED"."MERGED_TRACKS" as own on true',
    );
  });

  it('binds values in the order in which they stand, as often as they do', () => {
    const params = { a: 'x', b: 7, c: 0.5, d: 2n ** 60n, e: null, limit: 3 };
    expect(said("select $b, $a, '$a', $c, $d, $e, $a limit $limit", params)).toEqual({
      sql: "select ? , ? , '$a' , CAST(? AS FLOAT) , CAST(? AS NUMBER(38, 0)) , ? , ? limit 3",
      binds: [7, 'x', '0.5', '1152921504606846976', null, 'x'],
    });
    expect(said("select $a::timestamp, split_part($a, '/', 1)::timestamp", { a: '2026-11-21T10:00:00Z' })).toEqual({
      sql: "select CAST(REPLACE(REPLACE(?, 'T', ' '), 'Z', '') AS TIMESTAMP_NTZ(6)) , CAST(REPLACE(REPLACE(split_part(? , '/' , 1), 'T', ' '), 'Z', '') AS TIMESTAMP_NTZ(6))",
      binds: ['2026-11-21T10:00:00Z', '2026-11-21T10:00:00Z'],
    });
    expect(() => said('select $nope')).toThrow('nothing says what it is');
    expect(() => said('select a from b limit $limit', { limit: '1; drop table c' })).toThrow('whole number');
  });

  it('asks a clock of the zone that is asked for, else of where the account lived then', () => {
    const text = 'select local_time(account_id, at, $time_zone)';
    expect(said(text, { time_zone: "Asia/K'olkata" }).sql).toBe(
      "select CONVERT_TIMEZONE('UTC', 'Asia/K''olkata', CAST(at AS TIMESTAMP_NTZ(6)))",
    );
    const zones = {
      ana: [
        { from: null, zone: 'UTC' },
        { from: '2024-03-01', zone: 'Europe/Berlin' },
      ],
    };
    expect(said(text, { time_zone: null }, zones).sql).toBe(
      "select CASE WHEN at >= CONVERT_TIMEZONE('Europe/Berlin', 'UTC', CAST('2024-03-01 00:00:00' AS TIMESTAMP_NTZ(6))) THEN CONVERT_TIMEZONE('UTC', 'Europe/Berlin', CAST(at AS TIMESTAMP_NTZ(6))) ELSE CAST(at AS TIMESTAMP_NTZ(6)) END",
    );
  });

  it('says every text as it is, and nothing after it, whatever it holds', () => {
    const nasty = fc.string({ unit: fc.constantFrom("'", '"', '\\', ';', '-', '\n', 'a', '$a', '?', 'é') });
    fc.assert(
      fc.property(nasty, nasty, (text, value) => {
        const { sql, binds } = said(`select '${text.replaceAll("'", "''")}' as one, $a as other`, { a: value });
        const [, written = ''] = /^select '((?:[^'\\]|''|\\[\s\S])*)' as one , \? as other$/.exec(sql) ?? [];
        expect(written.replaceAll(/''|\\([\s\S])/g, (pair, one) => (pair === "''" ? "'" : one))).toBe(text);
        expect(binds).toEqual([value]);
      }),
    );
  });
});

describe("a person's SQL for Snowflake", () => {
  it.each([
    'select 1',
    'SELECT 1;',
    'with a as (select 1) select * from a',
    '((select 1))',
    'explain select 1',
    'EXPLAIN USING TEXT SELECT 1',
    "select ';', '\\'; drop table x', $$; call p()$$, \"a;b\" -- ; drop\n from t /* ; */ // ; drop",
    "select 'call', 'SYSTEM$CANCEL_ALL_QUERIES'",
    "select identifier, 'me@home' from t where mail in ('@home', '@work')",
  ])('may be %s', (sql) => {
    expect(() => guard(sql)).not.toThrow();
  });

  it.each([
    'delete from plays',
    'drop table plays',
    'select 1; select 2',
    "select '\\\\'; drop table x; select ''",
    "select '\\'' ; drop table x; select '",
    'show tables ->> select * from $1',
    'select 1 ->> delete from plays',
    'with p as procedure () returns int language sql as $$ begin delete from x; end $$ call p()',
    'call p()',
    'select system$cancel_all_queries(1)',
    'select "SYSTEM$CANCEL_ALL_QUERIES"(1)',
    'select system$/**/cancel_all_queries(1)',
    "select identifier('system$cancel_all_queries')(1)",
    'select Identifier /* x */ ($$SYSTEM$WAIT$$)(1)',
    'select $1 from @~/secrets',
    "select $1 from /* x */ '@~/secrets'",
    'select $1 from t join $$@~/secrets$$ on true',
    'select * from directory(@stage)',
    "execute immediate 'delete from plays'",
    'explain delete from plays',
    'use role accountadmin',
    'begin',
    '',
    "select 'open",
    'select /* open',
  ])('may not be %s', (sql) => {
    expect(() => guard(sql)).toThrow(expect.objectContaining({ code: 'bad_sql' }));
  });
});
