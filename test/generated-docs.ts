import type { Command } from 'commander';
import type { REPORTS } from '../src/reports/reports.ts';
import type { Table } from '../src/tables/table.ts';

const STRATEGIES: Readonly<Record<Table['strategy'], string>> = {
  append: 'a partition per date, rewritten only when that date gets rows',
  replace_partition: 'partitions with new evidence are built anew',
  latest: 'one row per key: per group of fields that arrive together, the newest observation that had them',
  view: 'worked out when reading',
};

const KINDS: readonly (readonly [Table['kind'], string])[] = [
  ['fact', 'Facts'],
  ['dimension', 'Dimensions'],
  ['bridge', 'Bridges'],
  ['rollup', 'Rollups'],
  ['view', 'Views for people who come from the classic course'],
  ['operation', 'Operations: what happened; not part of the promise that order does not matter'],
];

const cell = (text: string): string => text.replaceAll('|', '\\|');

function tableSection({ name, grain, key, strategy, partition, columns }: Table): string {
  const rows = columns.map(
    (column) =>
      `| \`${column.name}\` | ${column.type} | ${column.nullable ? 'yes' : ''} | ${cell(column.description)}${column.isDerived ? ' (worked out when reading)' : ''} |`,
  );
  const kept = partition === '' ? STRATEGIES[strategy] : `${STRATEGIES[strategy]}; partition \`${partition}\``;
  return [
    `### ${name}`,
    '',
    `One row: ${grain}. Key: ${key.map((column) => `\`${column}\``).join(', ')}. Kept: ${kept}.`,
    '',
    '| column | type | null | what it is |',
    '|---|---|---|---|',
    ...rows,
  ].join('\n');
}

/** docs/tables.md, from the one declaration of every table. */
export function tablesPage(tables: readonly Table[]): string {
  const sections = KINDS.map(([kind, title]) => {
    const ofKind = tables.filter((table) => table.kind === kind).map(tableSection);
    return [`## ${title}`, ...ofKind].join('\n\n');
  });
  const head = `# Tables

Made from \`src/tables/star-schema.ts\` by \`npm run docs\`. Whole numbers are 64 bit, timestamps are UTC with microseconds, dates are ISO.
Columns are only ever added; one that Spotify drops stays and is null. Every stored row also has columns that start with \`_\` in the schema
\`stored\` (\`select * from stored.tracks\`): when it was observed (\`_observed_at\`) and the raw object, line and element it came from
(\`_raw_key\`, \`_raw_line\`, \`_raw_item\`).

\`playlist_items_on(date)\` is a table function: the members of every playlist at the end of that day (UTC).
\`local_time(account, timestamp)\` is what the clock on the wall of that account showed; a zone as third argument goes before the account's own.
Tables hold every play: what \`tonearm rules\` leaves out is in \`hidden_plays\`, and reports pass over it.`;
  return `${[head, ...sections].join('\n\n')}\n`;
}

function verbSection(verb: Command): readonly string[] {
  const args = verb.registeredArguments.map((argument) => {
    const label = `${argument.name()}${argument.variadic ? '...' : ''}`;
    return argument.required ? `<${label}>` : `[${label}]`;
  });
  const parents: string[] = [];
  for (let above = verb.parent; above !== null; above = above.parent) parents.unshift(above.name());
  const usage = [...parents, verb.name(), ...args].join(' ');
  const options = verb.options
    .filter(({ hidden }) => !hidden)
    .map(({ flags, description, defaultValue }) => {
      const standard = defaultValue === undefined ? '' : ` (\`${String(defaultValue)}\` where omitted)`;
      return `| \`${cell(flags)}\` | ${cell(description)}${standard} |`;
    });
  const table = options.length === 0 ? [] : ['', '| option | |', '|---|---|', ...options];
  const own = verb.description() === '' ? verb.summary() : verb.description();
  return [
    [`### ${[...parents.slice(1), verb.name()].join(' ')}`, '', `\`${usage}\``, '', own, ...table].join('\n'),
    ...verb.commands.flatMap(verbSection),
  ];
}

/** docs/cli.md, from the program that reads the command line. */
export function cliPage(program: Command): string {
  const globals = program.options.map(({ flags, description }) => `| \`${cell(flags)}\` | ${cell(description)} |`);
  const head = `# Command line

Made from the program itself by \`npm run docs\`. stdout is the result, stderr is progress and log. In a clone, \`tonearm\` is \`node bin/tonearm.mjs\`.

| exit | means |
|---|---|
| 0 | done |
| 1 | failed |
| 2 | wrong usage, settings or input |
| 3 | a check failed; or, with \`--strict\`, records were quarantined |
| 4 | login needed |
| 5 | deferred by a rate limit or quota: the time to come back is in the output |
| 6 | another run holds the lease |

Where several apply, the first of 2, 6, 1, 4, 5, 3.

## Options of every verb

| option | |
|---|---|
${globals.join('\n')}

## Verbs`;
  return `${[head, ...program.commands.filter((verb) => verb.name() !== 'help').flatMap(verbSection)].join('\n\n')}\n`;
}

const CERTAINTY: Readonly<Record<(typeof REPORTS)[number]['coverage'], string>> = {
  'at-least': 'Numbers are "at least": plays may be missing.',
  'at-most': 'The list is "at most": plays may be missing.',
  exact: 'Numbers are exact for what was looked at.',
  none: '',
};

/** docs/reports.md, from the reports themselves. */
export function reportsPage(reports: typeof REPORTS): string {
  const sections = reports.map(({ name, question, params, row, reads, coverage }) => {
    const options = Object.keys(params.shape).map((param) => `\`--${param.replaceAll('_', '-')}\``);
    const columns = Object.keys(row.shape).map((column) => `\`${column}\``);
    const facts = [
      `Options: ${options.length === 0 ? 'none' : options.join(', ')}.`,
      `Columns: ${columns.join(', ')}.`,
      `Reads: ${reads.map((table) => `\`${table}\``).join(', ')}.`,
      CERTAINTY[coverage],
    ];
    return [`## ${name}`, '', question, '', facts.filter((fact) => fact !== '').join(' ')].join('\n');
  });
  const head = `# Reports

Made from \`src/reports\` by \`npm run docs\`. \`tonearm report\` lists them, \`tonearm report <name>\` answers one; days are those of the
account's time zone, or of \`--time-zone\`. What the options take is in the [command line](cli.md). \`--sql\` prints the SQL in place of the
answer, with the options in it as values: \`tonearm report top-tracks --sql | tonearm query\` has the same rows. What it names as \`kept.…\` is
made for the question: sums of plays with numbers in the place of names, and what is known of what was played.`;
  return `${[head, ...sections].join('\n\n')}\n`;
}
