import type { App } from '../../../pipeline/app.ts';
import type { Cli } from '../cli.ts';
import type { AddVerb } from '../verb.ts';
import { STRICT, showSummary } from './summary.ts';

type Comparison = Awaited<ReturnType<App['compareRaw']>>;

interface Options {
  readonly strict?: boolean;
  readonly check?: boolean;
}

export const addRebuild: AddVerb = (program, act) => {
  program
    .command('rebuild')
    .summary('make every table anew from raw')
    .description(
      'Makes every table anew from what was landed, without asking Spotify anything. Queries see the old tables until it is done. It mends table files, a catalog and states that are lost or damaged.',
    )
    .option('--check', 'Only compare raw with what the tables hold; exit code 3 if they differ')
    .option(...STRICT)
    .action(
      act(async (cli, { strict = false, check = false }: Options) => {
        if (check) return compare(cli);
        const summary = await cli.withApp((app) => app.rebuild(cli.effects.signal));
        return showSummary(cli, summary, strict);
      }),
    );
};

const DIFFERENCES = [
  ['waiting', 'landed, in no table yet', 'the next run or import builds them'],
  ['missed', 'landed, in no table, and no build will look at them', 'tonearm rebuild'],
  ['gone', 'in the tables, but no longer in raw', 'restore them from a backup; a rebuild would forget them'],
  ['unnoted', 'in raw without a landing note', 'import them again, or remove them'],
] as const;

/** Keys named one by one; of more than these the rest is counted. */
const SHOWN = 20;

async function compare(cli: Cli): Promise<0 | 3> {
  const comparison = await cli.withApp((app) => app.compareRaw());
  const isSame = DIFFERENCES.every(([name]) => comparison[name].length === 0);
  cli.result({ ...comparison, isSame }, () => comparisonText(comparison, isSame));
  return isSame ? 0 : 3;
}

function comparisonText(comparison: Comparison, isSame: boolean): string {
  const { landed, consumed, catalogVersion } = comparison;
  const count = (value: number): string => value.toLocaleString('en-US');
  const head = `raw objects with a landing note: ${count(landed)}\nin the tables (catalog version ${catalogVersion}): ${count(consumed)}\n`;
  if (isSame) return `${head}raw and the tables hold the same\n`;
  const parts = DIFFERENCES.filter(([name]) => comparison[name].length > 0).map(([name, what, next]) => {
    const keys = comparison[name];
    const rest = keys.length > SHOWN ? [`  … and ${count(keys.length - SHOWN)} more`] : [];
    return [`${count(keys.length)} ${what}`, ...keys.slice(0, SHOWN).map((key) => `  ${key}`), ...rest, `  next: ${next}`, ''].join('\n');
  });
  return `${head}\n${parts.join('\n')}`;
}
