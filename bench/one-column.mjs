/** Counts one column of the JSON files in a folder: the least that anything can do which reads them. Its own process, so that it pays its own start. */
import { DuckDBInstance } from '@duckdb/node-api';

const [folder, threads] = process.argv.slice(2);
const instance = await DuckDBInstance.create(':memory:', { threads });
const connection = await instance.connect();
const sql = `select count(ts) from read_json('${folder}/*.json', format = 'array', records = true, columns = {ts: 'VARCHAR'})`;
const started = performance.now();
const [[count]] = (await connection.runAndReadAll(sql)).getRows();
console.log(JSON.stringify({ count: Number(count), ms: performance.now() - started }));
