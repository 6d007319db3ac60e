import { relative, resolve, sep } from 'node:path';
import { PipelineError } from '../../../kernel/errors.ts';
import type { App } from '../../../pipeline/app.ts';
import type { Cli } from '../cli.ts';
import type { AddVerb } from '../verb.ts';

type Exported = Awaited<ReturnType<App['exportTables']>>;

interface Options {
  readonly to: string;
  readonly format?: string;
  readonly all?: boolean;
  readonly force?: boolean;
}

export const addExport: AddVerb = (program, act) => {
  program
    .command('export')
    .summary('write tables to files: Parquet, CSV or JSON')
    .description(
      'Writes a table or view, or all of one catalog version, to files. CSV is RFC 4180 with a header and LF: null is nothing between the commas, an empty text is "". JSON is one object a line. Times are UTC.',
    )
    .argument('[table]', 'Name of a table or view')
    .requiredOption('--to <place>', 'A file, or a folder: one that exists, or a name that ends with /')
    .option('--format <format>', 'parquet, csv or json; as the file is called where omitted, parquet for a folder')
    .option('--all', 'Every table and view, into the folder')
    .option('--force', 'Replace files that are there')
    .action(
      act(async (cli, table: string | undefined, { to, format, all = false, force = false }: Options) => {
        const options = { tables: tablesOf(table, all), to: placeOf(cli, to), format: format ?? null, force };
        const exported = await cli.withApp((app) => app.exportTables(options, cli.effects.signal));
        const { tableText } = await import('../render/table.ts');
        cli.result(exported, () => exportedText(exported, cli, tableText));
        return 0;
      }),
    );
};

function tablesOf(table: string | undefined, all: boolean): readonly string[] | 'all' {
  if (table !== undefined && !all) return [table];
  if (table === undefined && all) return 'all';
  throw new PipelineError(table === undefined ? 'which table is to be exported?' : `${table} and --all are two wishes`, {
    code: 'usage',
    hint: 'Name one table, or give --all. See `tonearm tables`.',
  });
}

/** A slash at the end says that it is a folder. */
const placeOf = (cli: Cli, to: string): string => `${resolve(cli.effects.cwd, to)}${/[/\\]$/.test(to) ? sep : ''}`;

function exportedText({ files, catalogVersion }: Exported, cli: Cli, tableText: typeof import('../render/table.ts').tableText): string {
  const columns = [
    { name: 'table', type: 'text' },
    { name: 'rows', type: 'integer' },
    { name: 'bytes', type: 'integer' },
    { name: 'file', type: 'text' },
  ];
  const shown = (path: string): string => {
    const near = relative(cli.effects.cwd, path);
    return near.startsWith('..') ? path : near;
  };
  const rows = files.map(({ table, rows: count, bytes, path }) => [table, count, bytes, shown(path)]);
  return `${tableText(columns, rows, cli)}${cli.paint.dim(`catalog version ${catalogVersion}`)}\n`;
}
