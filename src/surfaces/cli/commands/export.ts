import { join, relative, resolve, sep } from 'node:path';
import type { Command } from 'commander';
import { PipelineError } from '../../../kernel/errors.ts';
import type { App } from '../../../pipeline/app.ts';
import type { Cli } from '../cli.ts';
import type { Act, AddVerb } from '../verb.ts';

type Exported = Awaited<ReturnType<App['exportTables']>>;
type EvidenceExported = Awaited<ReturnType<App['exportEvidence']>>;

interface Options {
  readonly to?: string;
  readonly format?: string;
  readonly all?: boolean;
  readonly force?: boolean;
}

export const addExport: AddVerb = (program, act) => {
  const verb = program
    .command('export')
    .summary('write tables to files, or all evidence of plays as Spotify wrote it')
    .description(
      'Writes a table or view, or all of one catalog version, to files. CSV is RFC 4180 with a header and LF: null is nothing between the commas, an empty text is "". JSON is one object a line. Times are UTC.',
    )
    .argument('[table]', 'Name of a table or view')
    .option('--to <place>', 'Needed: a file, or a folder: one that exists, or a name that ends with /')
    .option('--format <format>', 'parquet, csv or json; as the file is called where omitted, parquet for a folder')
    .option('--all', 'Every table and view, into the folder')
    .option('--force', 'Replace files that are there')
    .action(
      act(async (cli, table: string | undefined, { to, format, all = false, force = false }: Options) => {
        const options = { tables: tablesOf(table, all), to: placeOf(cli, needed(to, '--to')), format: format ?? null, force };
        const exported = await cli.withApp((app) => app.exportTables(options, cli.effects.signal));
        const { tableText } = await import('../render/table.ts');
        cli.result(exported, () => exportedText(exported, cli, tableText));
        return 0;
      }),
    );
  addEvidence(verb, act);
};

interface EvidenceOptions {
  readonly out?: string;
  readonly account?: string;
  readonly withoutAddresses?: boolean;
}

function addEvidence(verb: Command, act: Act): void {
  verb
    .command('evidence')
    .summary("write everything that plays are made of as files in Spotify's own form")
    .description(
      "Writes every record that plays are made of to a folder: the files of the privacy export under Spotify's names and byte for byte, and what was polled as answers with the time of asking. `tonearm import` of the folder into an empty lake gives the same plays.",
    )
    .option('--out <folder>', 'Needed: a folder that is empty or not there')
    .option('--account <name>', 'Only this account, by its name in the settings')
    .option('--without-addresses', 'Leave out IP addresses and user agents: the files are written anew, with the same records')
    .action(
      act(async (cli, { out, account, withoutAddresses = false }: EvidenceOptions) => {
        const options = { to: placeOf(cli, needed(out, '--out')), account: account ?? null, keepsAddresses: !withoutAddresses };
        const exported = await cli.withApp((app) => app.exportEvidence(options, cli.effects.signal));
        const { tableText } = await import('../render/table.ts');
        cli.result(exported, () => evidenceText(exported, cli, tableText));
        const [{ account: first = '' } = {}] = exported.files;
        cli.note(
          first === ''
            ? 'There is no evidence of plays in the lake.'
            : `Into a new lake: tonearm import ${near(cli, join(exported.folder, first))} --account ${first}`,
        );
        return 0;
      }),
    );
}

function needed(place: string | undefined, option: string): string {
  if (place !== undefined) return place;
  throw new PipelineError(`${option} is missing: where is it to go?`, { code: 'usage', hint: `Add ${option} and a place.` });
}

/** A row an account and kind of file: polls may be thousands. */
function evidenceText({ files }: EvidenceExported, cli: Cli, tableText: typeof import('../render/table.ts').tableText): string {
  const kinds = new Map<string, { account: string; stream: string; count: number; bytes: number }>();
  for (const { account, stream, bytes } of files) {
    const id = `${account} ${stream}`;
    const kind = kinds.get(id) ?? { account, stream, count: 0, bytes: 0 };
    kinds.set(id, { ...kind, count: kind.count + 1, bytes: kind.bytes + bytes });
  }
  const columns = [
    { name: 'account', type: 'text' },
    { name: 'evidence', type: 'text' },
    { name: 'files', type: 'integer' },
    { name: 'bytes', type: 'integer' },
  ];
  const rows = [...kinds.values()].map(({ account, stream, count, bytes }) => [account, stream, count, bytes]);
  return tableText(columns, rows, cli);
}

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

/** As a person would name it from here. */
function near(cli: Cli, path: string): string {
  const fromHere = relative(cli.effects.cwd, path);
  return fromHere.startsWith('..') ? path : fromHere;
}

function exportedText({ files, catalogVersion }: Exported, cli: Cli, tableText: typeof import('../render/table.ts').tableText): string {
  const columns = [
    { name: 'table', type: 'text' },
    { name: 'rows', type: 'integer' },
    { name: 'bytes', type: 'integer' },
    { name: 'file', type: 'text' },
  ];
  const rows = files.map(({ table, rows: count, bytes, path }) => [table, count, bytes, near(cli, path)]);
  return `${tableText(columns, rows, cli)}${cli.paint.dim(`catalog version ${catalogVersion}`)}\n`;
}
