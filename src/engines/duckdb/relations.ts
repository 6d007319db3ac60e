import { latestSelect } from '../../tables/latest.ts';
import { PLAY_SUMS, type PlaySums, playSums } from '../../tables/play-sums.ts';
import type { Rule } from '../../tables/rule.ts';
import { STORED_TABLES, TABLES, type Table } from '../../tables/star-schema.ts';
import { duckDbType, storedColumns } from '../../tables/stored.ts';
import { localTimeMacro, type TimeZones, wholeHoursMacro } from './local-time.ts';
import { quoted } from './quoted.ts';
import { ruleCountsMacro, rulesSelect } from './rules.ts';
import { MACROS, RUN_FILES, SHOWN_PLAYS, SHOWN_SUMS, VIEW_SQL } from './views.ts';

/** A file on this machine and the key of the object it is. */
export interface LakeFile {
  readonly key: string;
  readonly path: string;
}

/** The files behind one catalog version, and what is applied when they are read. */
export interface LakeFiles {
  readonly tables: Readonly<Record<string, readonly LakeFile[]>>;
  readonly runs: readonly LakeFile[];
  readonly rules: readonly Rule[];
  readonly zones: TimeZones;
}

const fileList = (files: readonly LakeFile[]): string => `[${files.map(({ path }) => quoted(path)).join(', ')}]`;

const emptySelect = (columns: readonly { name: string; type: string }[]): string =>
  `select ${columns.map(({ name, type }) => `null::${type} as "${name}"`).join(', ')} where false`;

/**
 * The statements, in order, that give a fresh DuckDB the lake's tables: `stored.<table>` with bookkeeping columns, one row per key;
 * `main.<table>` with exactly the public columns in the order of the declaration. A table without files is empty, with the same types;
 * a column that a file lacks is null.
 */
export function relationStatements(files: LakeFiles): readonly string[] {
  return [
    'create schema stored',
    'create schema files',
    // What is kept later is made by several questions at once, which could not all make this.
    'create schema kept',
    ...STORED_TABLES.flatMap((table) => storedStatements(table, files.tables[table.name] ?? [])),
    ...PLAY_SUMS.filter((sums) => files.tables[sums] === undefined).map(
      (sums) => `create or replace view stored.${sums} as ${playSums(sums, 'stored.plays')}`,
    ),
    runFilesStatement(files.runs),
    `create view stored.rules as ${rulesSelect(files.rules)}`,
    localTimeMacro(files.zones),
    ruleCountsMacro(files.rules),
    ...TABLES.map((table) => publicStatement(table, files.rules)),
    shownPlaysStatement(files.rules),
    ...PLAY_SUMS.map((sums) => shownSumsStatement(sums, files.rules)),
    wholeHoursMacro(files.zones),
    ...MACROS,
  ];
}

function storedStatements(table: Table, files: readonly LakeFile[]): readonly string[] {
  const rows = rowsOf(table, files);
  if (table.strategy !== 'latest') return [`create view stored.${table.name} as ${rows}`];
  return [`create view files.${table.name} as ${rows}`, `create view stored.${table.name} as ${mergedSelect(table, files)}`];
}

const yearOf = ({ key }: LakeFile): string => /\/year=(\d+)\//.exec(key)?.[1] ?? '';

/** By year where files have one: what asks for the newest rows passes over the files of earlier years, having read those. */
const newestFirst = (files: readonly LakeFile[]): readonly LakeFile[] => files.toSorted((a, b) => yearOf(b).localeCompare(yearOf(a)));

const rowsOf = (table: Table, files: readonly LakeFile[]): string =>
  [
    emptySelect(storedColumns(table)),
    ...(files.length === 0
      ? []
      : [`select * from read_parquet(${fileList(newestFirst(files))}, union_by_name = true, hive_partitioning = false)`]),
  ].join(' union all by name ');

/**
 * One row per key of a `latest` table. A build writes merged rows, a key into a file once, so that only keys of later files (the deltas) have anything to merge:
 * the rows of the first file that none of them names are passed on as they are, which is several times faster than bringing them to groups.
 */
function mergedSelect(table: Table, files: readonly LakeFile[]): string {
  const [base, ...deltas] = files;
  if (base === undefined || deltas.length === 0) return rowsOf(table, files);
  const key = table.key.join(', ');
  const [first, later] = [rowsOf(table, [base]), rowsOf(table, deltas)];
  const contested = `select * from (${first}) semi join (${later}) using (${key}) union all by name ${later}`;
  return `select * from (${first}) anti join (${later}) using (${key}) union all by name ${latestSelect(table, `(${contested})`)}`;
}

function publicStatement(table: Table, rules: readonly Rule[]): string {
  const shown = table.columns.map(({ name }) => `"${name}"`).join(', ');
  const from = viewSql(table, rules);
  return `create view ${table.name} as select ${shown} from ${from === undefined ? `stored.${table.name}` : `(\n${from})`}`;
}

export const hidesPlays = (rules: readonly Rule[]): boolean => rules.some(({ kind }) => kind === 'exclude');

/** Where no rule leaves anything out, nothing is looked for: planning that question takes longer than most answers. */
function viewSql(table: Table, rules: readonly Rule[]): string | undefined {
  return table.name === 'hidden_plays' && !hidesPlays(rules)
    ? emptySelect(table.columns.map(({ name, type }) => ({ name, type: duckDbType(type) })))
    : VIEW_SQL[table.name];
}

/** Columns of rules as constants where there is no rule: then nothing is read for them. */
const UNRULED = `select *, false as has_new_artist, false as has_new_album, false as has_new_show, null::varchar as counting, null::varchar as counting_rule_id
  from plays`;

function shownPlaysStatement(rules: readonly Rule[]): string {
  const isRuled = rules.some(({ kind }) => kind === 'exclude' || kind === 'override' || kind === 'count');
  return `create view shown_plays as ${isRuled ? SHOWN_PLAYS : UNRULED}`;
}

/** Items and hours that a hidden play touches are counted from plays: a sum does not say which of them is gone. */
function shownSumsStatement(sums: PlaySums, rules: readonly Rule[]): string {
  const { name, sql } = SHOWN_SUMS[sums];
  if (!hidesPlays(rules)) return `create view ${name} as select * from stored.${sums}`;
  const same =
    sums === 'plays_yearly'
      ? "touched.uri = coalesce(plays.track_uri, '')"
      : "touched.hour_at = date_trunc('hour', plays.ended_at) and touched.kind = plays.kind";
  const left = `(select plays.* from stored.plays semi join touched on touched.account_id = plays.account_id and ${same}
    anti join hidden_plays on hidden_plays.play_id = plays.play_id)`;
  return `create view ${name} as ${sql.replace('$sums', () => playSums(sums, left))}`;
}

/** Without a summary the shape of `run_files` must stand all the same: `read_json` refuses an empty list. */
export function runFilesStatement(runs: readonly LakeFile[]): string {
  const columns = /columns = \{([\s\S]*)\}/.exec(RUN_FILES)?.[1] ?? '';
  const empty = emptySelect([...columns.matchAll(/(\w+): '([^']+)'/g)].map(([, name = '', type = '']) => ({ name, type })));
  return `create or replace view stored.run_files as ${runs.length === 0 ? empty : RUN_FILES.replace('$files', () => fileList(runs))}`;
}
