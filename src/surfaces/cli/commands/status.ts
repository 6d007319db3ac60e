import type { App } from '../../../pipeline/app.ts';
import { type Cli, wholeNumber } from '../cli.ts';
import type { AddVerb } from '../verb.ts';
import { exitOf, WARN_DAYS } from './accounts.ts';

type Status = Awaited<ReturnType<App['status']>>;

export const addStatus: AddVerb = (program, act) => {
  program
    .command('status')
    .summary('show what the lake holds and how the last run ended')
    .option(...WARN_DAYS)
    .action(
      act(async (cli, { warnDays }: { readonly warnDays?: string }) => {
        const days = warnDays === undefined ? null : wholeNumber(warnDays, '--warn-days');
        const status = await cli.withApp((app) => app.status());
        const { tableText } = await import('../render/table.ts');
        cli.result(statusDocument(status), () => statusText(status, cli, tableText));
        return exitOf(status.logins, days);
      }),
    );
};

function statusDocument({ lake, catalog, tables, pending, lastRun, enrichment, deferred, logins, warnings }: Status): unknown {
  const { version, committedAt, runId, contract, rules } = catalog;
  return {
    lake,
    catalog: { version, committedAt, runId, contract, rules },
    tables,
    pending,
    lastRun,
    enrichment,
    deferred,
    logins,
    warnings,
  };
}

function statusText(status: Status, cli: Cli, tableText: typeof import('../render/table.ts').tableText): string {
  const { lake, catalog, tables, pending, lastRun, logins, warnings } = status;
  const facts = [
    `lake: ${lake}`,
    catalog.version === 0 ? 'catalog: empty' : `catalog: version ${catalog.version} of ${catalog.committedAt}`,
    `waiting to be built: ${pending.toLocaleString('en-US')} raw objects`,
    lastRun === null ? 'last run: none' : `last run: ${lastRun.verb} ${lastRun.outcome} at ${lastRun.finishedAt} (${lastRun.runId})`,
    ...(lastRun?.outcomes.map(({ code, message }) => `  ${code}: ${message}`) ?? []),
    ...(status.enrichment === null ? [] : [`to be described: ${enrichmentText(status.enrichment)}`]),
    ...(status.deferred === null ? [] : [`nothing is asked of Spotify before ${status.deferred.until}: ${status.deferred.message}`]),
    ...logins.flatMap(({ account, expiresAt, daysLeft }) =>
      expiresAt === null ? [] : [`login of ${account}: until ${expiresAt.slice(0, 10)}, ${daysLeft} days`],
    ),
    ...warnings.map((warning) => `warning: ${warning}`),
  ];
  if (tables.length === 0) return `${facts.join('\n')}\n`;
  const columns = [{ name: 'table', type: 'text' }, ...['rows', 'partitions', 'files', 'bytes'].map((name) => ({ name, type: 'integer' }))];
  const rows = tables.map(({ table, rows: count, partitions, files, bytes }) => [table, count, partitions, files, bytes]);
  return `${facts.join('\n')}\n\n${tableText(columns, rows, cli)}${gainText(tables)}`;
}

function gainText(tables: Status['tables']): string {
  const several = tables.filter(({ gain }) => gain.files > 0);
  if (several.length === 0) return '';
  const [files, bytes] = (['files', 'bytes'] as const).map((of) =>
    several.reduce((sum, { gain }) => sum + gain[of], 0).toLocaleString('en-US'),
  );
  return `\ntonearm compact would save ${files} files and about ${bytes} bytes in ${several.map(({ table }) => table).join(', ')}\n`;
}

function enrichmentText({ left, requestsLeft, requestsPerRun, doneOn }: NonNullable<Status['enrichment']>): string {
  if (left === 0) return 'no tracks';
  const what = `${left.toLocaleString('en-US')} tracks in ${requestsLeft.toLocaleString('en-US')} requests`;
  if (requestsPerRun === 0) return `${what}; runs spend none (enrichment in the settings), \`tonearm enrich\` does`;
  return `${what}, ${requestsPerRun.toLocaleString('en-US')} a run${doneOn === null ? '' : `; done about ${doneOn}`}`;
}
