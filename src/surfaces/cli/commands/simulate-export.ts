import { basename, relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { PipelineError } from '../../../kernel/errors.ts';
import { type Cli, wholeNumber } from '../cli.ts';
import type { Act } from '../verb.ts';

interface Options {
  readonly out: string;
  readonly years?: string;
  readonly plays?: string;
  readonly form: string;
  readonly seed: string;
  readonly account: string;
  readonly quirks: string;
  readonly until?: string;
}

export function addSimulateExport(simulate: Command, act: Act): void {
  simulate
    .command('export')
    .summary('write the privacy export of a simulated account')
    .description(
      'Writes the packages that Spotify would hand out to a simulated account: streaming history in any of its historical forms, the library, playlists, and the truth about them beside. The same seed, date and options give the same bytes. Without --years and --plays it is the account of `tonearm simulate` with the same seed.',
    )
    .requiredOption('--out <place>', 'A zip archive (its name ends with .zip) or a folder; several packages are numbered')
    .option('--years <number>', 'Years of listening; 3 where only --plays is given')
    .option('--plays <number>', 'Plays in all; 30 a day where only --years is given')
    .option('--form <form>', 'extended, endsong, account, account_old or all', 'extended')
    .option('--seed <text>', 'The same seed makes the same world', 'tonearm')
    .option('--account <name>', 'Whose export it is', 'ada')
    .option('--quirks <list>', 'How the export is odd: all, none, or names with commas between, each with =rate or at its own', 'none')
    .option('--until <date>', 'Day of the request, such as 2026-06-01, or a time in ISO 8601; now if not given')
    .action(act(async (cli, options: Options) => simulateExport(cli, options)));
}

async function simulateExport(cli: Cli, options: Options): Promise<0> {
  const [{ formsFrom, optionsFor }, { quirksFrom }, { writeExports }] = await Promise.all([
    import('../../../../simulator/export/order.ts'),
    import('../../../../simulator/export/quirks.ts'),
    import('../../../../simulator/export/output.ts'),
  ]);
  const order = {
    ...{ seed: options.seed, account: accountOf(options.account), until: untilOf(cli, options.until) },
    ...{ forms: formsFrom(options.form), quirks: quirksFrom(options.quirks) },
    years: options.years === undefined ? null : wholeNumber(options.years, '--years'),
    plays: options.plays === undefined ? null : wholeNumber(options.plays, '--plays'),
  };
  const progress = (done: number): void =>
    cli.progress({ step: 'export', account: order.account, done, total: order.plays, unit: 'records' });
  const { signal } = cli.effects;
  const { paths, truthPath, manifest } = await writeExports(optionsFor(order), resolve(cli.effects.cwd, options.out), { signal, progress });
  const { totals, packages, files, quirks } = manifest;
  const result = { paths, truth: truthPath, seed: manifest.seed, account: manifest.account, packages, files: files.length, totals, quirks };
  cli.result(result, () => `${[...paths, truthPath].map((path) => `${basename(path)}\n`).join('')}`);
  const count = (value: number): string => value.toLocaleString('en-US');
  cli.note(
    `${count(totals.records)} records of ${count(totals.playsWithEvidence)} plays. Try: tonearm import ${paths.map((path) => relative(cli.effects.cwd, path)).join(' ')}`,
  );
  return 0;
}

function accountOf(name: string): string {
  if (/^[a-z0-9-]+$/.test(name)) return name;
  throw new PipelineError(`--account is ${JSON.stringify(name)}: lower-case letters, digits and hyphens`, { code: 'usage' });
}

function untilOf(cli: Cli, text: string | undefined): number {
  const now = cli.effects.clock.now().getTime();
  if (text === undefined) return Math.floor(now / 1000) * 1000;
  const at = /^\d{4}-\d{2}-\d{2}($|T.*(Z|[+-]\d{2}:\d{2})$)/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(at)) return at;
  throw new PipelineError(`--until is ${JSON.stringify(text)}: it takes a day such as 2026-06-01`, { code: 'usage' });
}
