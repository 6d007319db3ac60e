import type { Command } from 'commander';
import { SAMPLE } from '../../../pipeline/answers.ts';
import type { App } from '../../../pipeline/app.ts';
import type { Cli } from '../cli.ts';
import type { Act, AddVerb } from '../verb.ts';

type Drift = Awaited<ReturnType<App['schemaDrift']>>[number];
type Field = Drift['vanished'][number];
type TableText = typeof import('../render/table.ts').tableText;

export const addSchema: AddVerb = (program, act) => {
  const schema = program.command('schema').summary("compare Spotify's answers of then and now");
  addDiff(schema, act);
};

const SAMPLED = `Sampled: ${SAMPLE.rawObjects} oldest and ${SAMPLE.rawObjects} newest raw objects per stream, at most ${SAMPLE.bytes / 1024 / 1024} MB each.`;

function addDiff(schema: Command, act: Act): void {
  schema
    .command('diff', { isDefault: true })
    .summary('show which fields of the answers appeared or vanished')
    .description(
      `Shows which JSON fields appeared or vanished, when, and which of them the tables read. ${SAMPLED} No raw object is in both ends; the days of a change are found by halving what lies between, with at most 40 more. What a run noticed as it read is shown with its day, too.`,
    )
    .option('--stream <name>', 'Only this stream')
    .action(
      act(async (cli, { stream }: { readonly stream?: string }) => {
        const streams = await cli.withApp((app) => app.schemaDrift({ stream: stream ?? null }, cli.effects.signal));
        const { tableText } = await import('../render/table.ts');
        cli.result({ sampled: SAMPLED, streams }, () => driftsText(streams, cli, tableText));
        cli.note(cli.paint.dim(SAMPLED));
        return 0;
      }),
    );
}

function driftsText(streams: readonly Drift[], cli: Cli, tableText: TableText): string {
  if (streams.length === 0) return 'the lake holds no answers yet\n';
  const changed = streams.filter(({ vanished, appeared, noticed }) => vanished.length + appeared.length + noticed.length > 0);
  const same = streams.filter((drift) => !changed.includes(drift));
  const parts = changed.map((drift) => driftText(drift, cli, tableText));
  const quiet = same.map(
    (drift) => `${cli.paint.bold(drift.stream)}: ${drift.rawObjects === 1 ? 'one raw object, nothing to compare' : 'no change'}\n`,
  );
  return [...parts, ...(quiet.length === 0 ? [] : [quiet.join('')])].join('\n');
}

const daysOf = ({ firstDay, lastDay }: Pick<Drift['earlier'], 'firstDay' | 'lastDay'>): string =>
  firstDay === lastDay ? String(firstDay) : `${firstDay} to ${lastDay}`;

/** Of the objects that could have held it; 100 % is all of them. */
function shareOf({ count, of }: Field['seen']): string {
  const percent = Math.floor((100 * count) / of);
  return percent === 0 ? '<1 %' : `${percent} %`;
}

const period = (sample: Drift['earlier']): string => {
  const { answers } = sample;
  return `${daysOf(sample)} (${answers.toLocaleString('en-US')} answer${answers === 1 ? '' : 's'})`;
};

function driftText(drift: Drift, cli: Cli, tableText: TableText): string {
  const { stream, earlier, recent, vanished, appeared, gone, noticed } = drift;
  const columns = ['', 'field', 'between', 'in', 'note'].map((name) => ({ name, type: 'text', isWhole: name === 'field' }));
  const rows = [...rowsOf('-', vanished), ...rowsOf('+', appeared)];
  const missing =
    gone.length === 0
      ? ''
      : `${cli.paint.yellow('gone')}, and read by the tables: last values stay where all of a group is gone, else newer answers have null:\n  ${gone.join('\n  ')}\n`;
  const table = rows.length === 0 ? '' : tableText(columns, rows, cli);
  return `${cli.paint.bold(stream)}: ${period(earlier)} and ${period(recent)}\n${table}${missing}${noticedText(noticed, cli)}`;
}

function noticedText(noticed: Drift['noticed'], cli: Cli): string {
  if (noticed.length === 0) return '';
  const lines = noticed.map(({ change, path, lastBefore, firstAfter, isLoss }) => {
    const before = lastBefore === null ? '' : ` (${change === 'vanished' ? 'last seen' : 'not yet on'} ${lastBefore})`;
    return `  ${firstAfter} ${path} ${change}${before}${isLoss ? ', read by tables' : ''}\n`;
  });
  return `${cli.paint.bold('noticed by runs')}:\n${lines.join('')}`;
}

/** A field below one that is listed goes without a row of its own. */
function rowsOf(mark: string, fields: readonly Field[]): readonly (readonly string[])[] {
  const paths = new Set(fields.map(({ path }) => path));
  const isBelow = (path: string): boolean => {
    const parts = path.split('.');
    return parts.some(
      (_, at) =>
        at > 0 &&
        paths.has(
          parts
            .slice(0, at)
            .join('.')
            .replace(/(\[\])+$/, ''),
        ),
    );
  };
  return fields
    .filter(({ path }) => !isBelow(path))
    .map(({ path, seen, changed, movedTo, isRead }) => {
      const below = fields.filter((other) => other.path.startsWith(`${path}.`) || other.path.startsWith(`${path}[]`)).length;
      const when = changed === null ? daysOf(seen) : [...new Set([changed.lastBefore, changed.firstAfter])].join(' and ');
      return [mark, path, when, shareOf(seen), noteOf(mark, movedTo, isRead, below)];
    });
}

function noteOf(mark: string, movedTo: string | null, isRead: boolean, below: number): string {
  const moved = movedTo === null ? '' : `${mark === '-' ? 'now' : 'was'} ${movedTo}`;
  return [moved, isRead && movedTo === null ? 'read by tables' : '', below === 0 ? '' : `and ${below} below`]
    .filter((part) => part !== '')
    .join(', ');
}
