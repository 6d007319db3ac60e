/** Counts one column of JSON files: the least that anything can do which reads them. Its own process, so that it pays its own start. */
import { DuckDBInstance } from '@duckdb/node-api';

const [files, column, columns, threads] = process.argv.slice(2);
const instance = await DuckDBInstance.create(':memory:', { threads });
const connection = await instance.connect();
const sql = `select count(${column}) from read_json('${files}', records = true, columns = ${columns}, maximum_object_size = 16777216)`;
const started = performance.now();
const [[count]] = (await connection.runAndReadAll(sql)).getRows();
console.log(JSON.stringify({ count: Number(count), ms: performance.now() - started }));
