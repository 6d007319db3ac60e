import { startAhead } from '../engines/duckdb/query-process.ts';

/** Starts the process in which a person's query of the tables will run, while the settings and the catalog are still read. */
export function expectQuery(): void {
  startAhead();
}
