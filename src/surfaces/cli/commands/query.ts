import { PipelineError } from '../../../kernel/errors.ts';
import { type Cli, type Engine, wholeNumber } from '../cli.ts';
import { csvLine } from '../render/csv.ts';
import type { AddVerb } from '../verb.ts';

type Result = Awaited<ReturnType<Engine['query']>>;
type Row = Result['batches'] extends AsyncIterable<readonly (infer R)[]> ? R : never;

const FORMATS = ['table', 'json', 'csv'] as const;
type Format = (typeof FORMATS)[number];

const DEFAULT_ROWS = 1_000;
/** Text of a result that a terminal, or a document, should have to hold. */
const MOST_BYTES = 256 * 1024 * 1024;
const MOST_MS = 120_000;

interface Options {
  readonly format?: string;
  readonly limit: string;
  readonly engine: string;
}

export const addQuery: AddVerb = (program, act) => {
  program
    .command('query')
    .summary('ask the tables in SQL')
    .description(
      'Answers one SELECT (or EXPLAIN of one) in the SQL of DuckDB, or that of Athena or Snowflake. It reads the tables of the lake and nothing else.',
    )
    .argument('[sql]', 'The query; - or nothing reads it from standard input', '-')
    .option('--format <format>', 'table, json or csv; --json is json')
    .option(
      '--engine <engine>',
      'duckdb, on this machine; athena or snowflake, each in its own SQL: Athena costs by the bytes it reads, Snowflake by the time its warehouse runs',
      'duckdb',
    )
    .option('--limit <rows>', 'Rows shown at most', String(DEFAULT_ROWS))
    .action(
      act(async (cli, sql: string, { format, limit, engine: name }: Options) => {
        const chosen = formatOf(cli, format);
        const text = sql === '-' ? await cli.effects.stdin() : sql;
        if (text.trim() === '')
          throw new PipelineError('there is no SQL to run', { code: 'usage', hint: 'Give it as an argument or on standard input.' });
        const limits = { rows: wholeNumber(limit, '--limit'), bytes: MOST_BYTES, ms: MOST_MS };
        if (name === 'duckdb') (await import('../../../pipeline/query-ahead.ts')).expectQuery();
        await cli.withEngine(async (engine) => {
          await show(cli, await engine.query({ sql: text, params: {}, limits, trust: 'guarded' }, cli.effects.signal), chosen);
        }, name);
        return 0;
      }),
    );
};

function formatOf(cli: Cli, format: string | undefined): Format {
  const asked = format ?? (cli.flags.json === true ? 'json' : 'table');
  const known = FORMATS.find((name) => name === asked);
  if (known === undefined) throw new PipelineError(`--format is ${asked}`, { code: 'usage', hint: `It is one of ${FORMATS.join(', ')}.` });
  if (cli.flags.json === true && known !== 'json') {
    throw new PipelineError(`--json and --format ${known} are two wishes`, { code: 'usage', hint: 'Leave one of them out.' });
  }
  return known;
}

async function show(cli: Cli, result: Result, format: Format): Promise<void> {
  if (format === 'csv') await writeCsv(cli, result);
  else if (format === 'json') await writeJson(cli, result);
  else await writeTable(cli, result);
  const { truncated, rows, scannedBytes } = result.stats();
  const count = `${rows.toLocaleString('en-US')} ${rows === 1 ? 'row' : 'rows'}`;
  if (truncated && format !== 'json') cli.warn(`cut after ${count}; --limit shows more`);
  else if (format === 'table') cli.note(cli.paint.dim(`${count}${scannedText(scannedBytes)}`));
}

/** Athena is paid for by what it reads. */
const scannedText = (bytes: number | null): string => (bytes === null ? '' : `; Athena read ${bytes.toLocaleString('en-US')} bytes`);

/** Written as it comes: a CSV may be longer than memory. */
async function writeCsv(cli: Cli, { columns, batches }: Result): Promise<void> {
  const { stdout } = cli.effects;
  stdout.write(csvLine(columns.map(({ name }) => name)));
  for await (const batch of batches) {
    stdout.write(batch.map(csvLine).join(''));
    await stdout.drained();
    if (!stdout.isOpen()) return;
  }
}

async function writeJson(cli: Cli, result: Result): Promise<void> {
  const { jsonText } = await import('../render/json.ts');
  const rows = (await rowsOf(result)).map((row) => Object.fromEntries(result.columns.map(({ name }, at) => [name, row[at]])));
  const { truncated, ms, scannedBytes } = result.stats();
  const scanned = scannedBytes === null ? {} : { scannedBytes };
  const document = {
    columns: result.columns,
    rows,
    rowCount: rows.length,
    truncated,
    catalogVersion: result.catalogVersion,
    ms,
    ...scanned,
  };
  cli.effects.stdout.write(`${jsonText(document)}\n`);
}

async function writeTable(cli: Cli, result: Result): Promise<void> {
  const { tableText } = await import('../render/table.ts');
  cli.effects.stdout.write(tableText(result.columns, await rowsOf(result), cli));
}

async function rowsOf({ batches }: Result): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for await (const batch of batches) rows.push(...batch);
  return rows;
}
