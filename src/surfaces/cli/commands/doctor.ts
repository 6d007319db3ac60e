import { asPipelineError } from '../../../kernel/errors.ts';
import type { App } from '../../../pipeline/app.ts';
import type { Cli } from '../cli.ts';
import type { AddVerb } from '../verb.ts';

type Findings = Awaited<ReturnType<App['doctor']>>;

interface Options {
  readonly deep?: boolean;
  readonly probe?: boolean;
}

export const addDoctor: AddVerb = (program, act) => {
  program
    .command('doctor')
    .summary('look for what is wrong with this machine and the lake')
    .description(
      'Looks at Node, DuckDB, the settings, the lake and its files, and says of each what is wrong and what to do. Asks Spotify nothing unless told to, since each request counts against the quota of your app, and changes no table. Ends with exit code 3 if something failed.',
    )
    .option('--deep', 'Read every table file and every raw object to its end, too, and compare their hashes')
    .option(
      '--probe',
      'Ask Spotify, too: one small request for each endpoint that a stream may need, about 25, and about 10 as the app alone where there is a client secret. What it finds is kept, and runs go by it',
    )
    .action(
      act(async (cli, { deep = false, probe = false }: Options) => {
        const findings = await lookAt(cli, { deep, probe });
        const { tableText } = await import('../render/table.ts');
        const isFailed = findings.some(({ state }) => state === 'fail');
        cli.result({ findings, exitCode: isFailed ? 3 : 0 }, () => findingsText(findings, cli, tableText));
        return isFailed ? 3 : 0;
      }),
    );
};

/** Settings that cannot be read are a finding, too; nothing else can then be looked at. */
async function lookAt(cli: Cli, options: Required<Options>): Promise<Findings> {
  try {
    await cli.settings();
  } catch (error) {
    const { code, message, hint } = asPipelineError(error);
    if (code !== 'config') throw error;
    return [{ check: 'settings', state: 'fail', where: cli.flags.config ?? null, found: message, next: hint }];
  }
  const fine = { check: 'settings', state: 'ok', where: cli.flags.config ?? null, found: 'readable', next: null } as const;
  return [fine, ...(await cli.withApp((app) => app.doctor(options, cli.effects.signal)))];
}

/** A table of all, then each that is not well with what to do. */
export function findingsText(findings: Findings, cli: Cli, tableText: typeof import('../render/table.ts').tableText): string {
  const columns = ['check', 'state', 'found'].map((name) => ({ name, type: 'text', isWhole: name !== 'found' }));
  const table = tableText(
    columns,
    findings.map(({ check, state, found }) => [check, state, found]),
    cli,
  );
  const troubled = findings.filter(({ state }) => state !== 'ok');
  const details = troubled.map(({ check, state, where, found, next }) => {
    const mark = state === 'fail' ? cli.paint.red(check) : cli.paint.yellow(check);
    const place = where === null ? '' : `\n  where: ${where}`;
    return `${mark}: ${found}${place}${next === null ? '' : `\n  next: ${next}`}\n`;
  });
  return [table, ...details].join('\n');
}
