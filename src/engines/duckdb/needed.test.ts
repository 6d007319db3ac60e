import { describe, expect, it } from 'vitest';
import { neededStatements } from './needed.ts';

const ALL = [
  'create schema stored',
  'create view stored.plays as select 1 as n',
  'create view stored.tracks as select 2 as n',
  'create or replace macro local_day(at_time) as at_time::date',
  'create view plays as select n from stored.plays',
  'create view songs as select local_day(n) from stored.tracks',
];

describe('what a question needs', () => {
  it('is what it names, and what that is made of, in the order of making', () => {
    expect(neededStatements(ALL, 'select * from Plays')).toEqual([ALL[0], ALL[1], ALL[4]]);
    expect(neededStatements(ALL, 'select * from "songs"')).toEqual([ALL[0], ALL[2], ALL[3], ALL[5]]);
  });

  it('is nothing but schemas where it names nothing', () => {
    expect(neededStatements(ALL, 'select 1')).toEqual([ALL[0]]);
  });

  it.each(['select * from information_schema.tables', 'select * from duckdb_views()', "from query_table('pl' || 'ays')", 'show tables'])(
    'is everything for %s',
    (sql) => {
      expect(neededStatements(ALL, sql)).toEqual(ALL);
    },
  );
});
