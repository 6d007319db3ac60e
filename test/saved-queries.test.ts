import { DuckDBInstance } from '@duckdb/node-api';
import { expect, it } from 'vitest';
import { SAVED_QUERIES } from '../infra/lib/saved-queries.ts';
import { TABLES } from '../src/tables/star-schema.ts';
import { duckDbType } from '../src/tables/stored.ts';

it('saved queries of Athena name tables and columns that there are', async () => {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  for (const { name, columns } of TABLES) {
    await connection.run(`create table ${name} (${columns.map((column) => `"${column.name}" ${duckDbType(column.type)}`).join(', ')})`);
  }
  for (const { id, sql } of SAVED_QUERIES) {
    const answer = await connection.run(sql);
    expect([id, answer.columnCount > 0]).toEqual([id, true]);
  }
  connection.closeSync();
  instance.closeSync();
});
