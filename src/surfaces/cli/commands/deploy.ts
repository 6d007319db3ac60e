import type { Command } from 'commander';
import { asPipelineError, PipelineError } from '../../../kernel/errors.ts';
import type { Cli } from '../cli.ts';
import { packageFolder } from '../effects.ts';
import type { Act, AddVerb } from '../verb.ts';

type DeployRequest = Parameters<typeof import('../../../pipeline/deploy/deploying.ts').planDeployment>[0];
type Plan = Awaited<ReturnType<typeof import('../../../pipeline/deploy/deploying.ts').planDeployment>>;
type Estimate = ReturnType<typeof import('../../../pipeline/deploy/cost.ts').estimate>;

export const addDeploy: AddVerb = (program, act) => {
  const deploy = program
    .command('deploy')
    .summary('make what runs Tonearm in AWS, show it, price it, or remove it')
    .description(
      'Makes two stacks of CloudFormation from the settings (aws, schedule, accounts, retention): one with bucket, key and logins, which is kept, and one with all that reads and builds. It needs the CDK app in infra/ with its packages, and says how to get them.',
    );
  addPlan(deploy, act);
  deploy
    .command('apply')
    .summary('make it in AWS, or bring what is there up to date')
    .description('Bundles the functions and runs `cdk deploy` on both stacks. Twice is safe.')
    .action(
      act(async (cli) => {
        const { applyDeployment } = await import('../../../pipeline/deploy/deploying.ts');
        const { name, bucket } = await applyDeployment(await requestOf(cli));
        cli.result(
          { name, bucket, stacks: [`${name}-lake`, `${name}-pipeline`] },
          () => `${name}-lake and ${name}-pipeline are as the settings say\n`,
        );
        cli.note(
          `Next, once: put {"client_id": "…", "client_secret": "…"} into the secret tonearm/${name}/app, then \`tonearm login\` with TONEARM_SECRETS=${name}.`,
        );
        return 0;
      }),
    );
  addDestroy(deploy, act);
  addCost(deploy, act);
};

/** `isTried`: nobody where the lake cannot be asked, as where nobody is logged in to AWS. */
async function guestOf(cli: Cli, isTried: boolean): Promise<NonNullable<DeployRequest['snowflake']> | null> {
  if ((await cli.settings()).snowflake === undefined) return null;
  const { hasAwsLogin } = await import('../../../pipeline/deploy/cdk.ts');
  try {
    if (isTried && !(await hasAwsLogin(cli.effects.env))) throw new PipelineError('nobody is logged in to AWS', { code: 'config' });
    return await cli.withApp(async (app) => (await app.snowflake()).guest());
  } catch (error) {
    if (!isTried) throw error;
    cli.warn(`whether Snowflake is connected was not read, so nothing of it is shown: ${asPipelineError(error).message}`);
    return null;
  }
}

async function requestOf(cli: Cli, isTried = false): Promise<DeployRequest> {
  const { effects, flags } = cli;
  const { clock, cwd, env, signal } = effects;
  const onText = (text: string): void => cli.note(cli.paint.dim(text.trimEnd()));
  const config = await cli.settings();
  const snowflake = await guestOf(cli, isTried);
  return { config, cwd, flags, env, now: clock.now(), signal, onText, packageFolder: packageFolder(), snowflake };
}

function addPlan(deploy: Command, act: Act): void {
  deploy
    .command('plan', { isDefault: true })
    .summary('show what would be made; with a login of AWS also what that would change')
    .description(
      'Makes the templates, offline, and says in plain words what is in them. Where somebody is logged in to AWS it is compared with what is deployed (`cdk diff`). Changes nothing.',
    )
    .option('--changes', 'Show what `cdk diff` says, whole')
    .action(
      act(async (cli, { changes = false }: { readonly changes?: boolean }) => {
        const { planDeployment } = await import('../../../pipeline/deploy/deploying.ts');
        const plan = await planDeployment({ ...(await requestOf(cli, true)), onText: () => undefined });
        const { deployment, stacks, isBundled, problem } = plan;
        cli.result({ deployment, stacks, isBundled, changes: plan.changes, problem }, () => planText(plan, cli, changes));
        if (problem !== null) cli.warn(`AWS was not asked what is there: ${problem}`);
        return 0;
      }),
    );
}

const KEPT = 'kept, also by `tonearm deploy destroy`';

function planText({ deployment, stacks, isBundled, changes }: Plan, cli: Cli, isWhole: boolean): string {
  const parts = stacks.map(({ name, isKept, things }) => {
    const lines = things.map(({ kind, count, names }) => {
      const shown = names.length === 0 ? '' : `: ${names.join(', ')}`;
      return `  ${count} ${kind}${shown}\n`;
    });
    return `${cli.paint.bold(name)}${isKept ? ` (${KEPT})` : ''}\n${lines.join('')}`;
  });
  const notes = [
    ...(deployment.leftOut.length === 0
      ? []
      : [`nothing in AWS does these jobs of the schedule, a machine of yours must: ${deployment.leftOut.join(', ')}`]),
    ...(deployment.alarmsTo === null ? ['aws.alarms_to is not set: nobody hears the alarms'] : []),
    ...(isBundled ? [] : ['the functions are not bundled yet; `tonearm deploy apply` does it']),
    changesText(changes),
  ];
  const diff = isWhole && changes !== null ? `\n${changes.text.trimEnd()}\n` : '';
  return `${parts.join('\n')}\n${notes.map((note) => `${note}\n`).join('')}${diff}`;
}

function changesText(changes: Plan['changes']): string {
  if (changes === null) return 'not compared with AWS: nobody is logged in there';
  const { added, removed, changed } = changes;
  if (added + removed + changed === 0) return 'AWS has it all already';
  return `in AWS this adds ${added}, changes ${changed} and removes ${removed}; --changes shows them`;
}

interface DestroyOptions {
  readonly confirm?: boolean;
  readonly withLake?: boolean;
}

function addDestroy(deploy: Command, act: Act): void {
  deploy
    .command('destroy')
    .summary('remove what runs in AWS; the lake stays unless told otherwise')
    .description(
      'Shows what would go; with --confirm removes the stack of what reads and builds. Bucket, key and logins stay, as they are a stack of their own; with --with-lake they go, too: all data in the bucket, every version of it, for good.',
    )
    .option('--confirm', 'Really remove it; without it nothing is changed')
    .option('--with-lake', 'Also remove the bucket with all that is in it, the key and the logins')
    .action(
      act(async (cli, { confirm = false, withLake = false }: DestroyOptions) => {
        const { destroyDeployment, planDeployment } = await import('../../../pipeline/deploy/deploying.ts');
        const request = await requestOf(cli);
        const { deployment, stacks } = await planDeployment({ ...request, onText: () => undefined }, { asksAws: false });
        const names = (isKept: boolean): readonly string[] =>
          stacks.filter((stack) => isKept === (stack.isKept && !withLake)).map(({ name }) => name);
        const [removed, kept] = [names(false), names(true)];
        const place = `s3://${deployment.bucket}`;
        if (confirm) {
          const { objects } = await destroyDeployment(request, { withLake });
          const rest =
            objects === null
              ? `${place} stays`
              : `${place} and its ${objects.toLocaleString('en-US')} objects and versions with it; access logs stay`;
          cli.result({ isConfirmed: true, removed, kept, objects }, () => `removed ${removed.join(' and ')}; ${rest}\n`);
          return 0;
        }
        const rest = withLake ? `with all that is in ${place}, for good` : `and keep ${kept.join(', ')} with ${place}`;
        cli.result(
          { isConfirmed: false, removed, kept, objects: null },
          () => `would remove ${removed.join(' and ')} ${rest}\nnothing was removed: add --confirm to remove it\n`,
        );
        return 0;
      }),
    );
}

function addCost(deploy: Command, act: Act): void {
  deploy
    .command('cost')
    .summary('estimate what it costs a month, with the arithmetic')
    .description(
      'Works out from these settings what AWS would bill a month, a year from now, by prices that were written down once (each with its source in --json). It asks nobody, and no bill was ever compared with it.',
    )
    .option('--profile <name>', 'listener, family or label: a deployment to compare with, in place of these settings')
    .action(
      act(async (cli, { profile }: { readonly profile?: string }) => {
        const [{ estimate }, { PRICES, PRICES_OF }, { PROFILES, usageOf }, { functionSizes }] = await Promise.all([
          import('../../../pipeline/deploy/cost.ts'),
          import('../../../pipeline/deploy/prices.ts'),
          import('../../../pipeline/deploy/usage.ts'),
          import('../../lambda/functions-priced.ts'),
        ]);
        const chosen = profile === undefined ? null : PROFILES[profile];
        if (chosen === undefined) {
          throw new PipelineError(`there is no profile ${profile}`, {
            code: 'usage',
            hint: `There are: ${Object.keys(PROFILES).join(', ')}.`,
          });
        }
        const title = chosen?.title ?? 'these settings';
        const usage = chosen?.usage ?? usageOf(await cli.settings(), cli.effects.clock.now());
        const made = estimate(usage, functionSizes());
        const { tableText } = await import('../render/table.ts');
        cli.result({ title, usage, ...made, pricesOf: PRICES_OF, region: 'us-east-1', prices: PRICES }, () =>
          costText(title, made, cli, tableText),
        );
        cli.note(
          cli.paint.dim(
            `Prices of us-east-1, written down on ${PRICES_OF}; elsewhere up to a quarter more. What is free counts for the whole AWS account.`,
          ),
        );
        return 0;
      }),
    );
}

const dollars = (value: number): string => `$${value.toFixed(2)}`;

/** A price with as many digits as it needs, never as 2e-7. */
const priceText = (usd: number): string => usd.toFixed(12).replace(/\.?0+$/, '');

function costText(
  title: string,
  { lines, total, withoutFree }: Estimate,
  cli: Cli,
  tableText: typeof import('../render/table.ts').tableText,
): string {
  const columns = [
    { name: 'what', type: 'text', isWhole: true },
    { name: 'quantity', type: 'double' },
    { name: 'free', type: 'integer' },
    { name: 'unit', type: 'text' },
    { name: 'price', type: 'text' },
    { name: 'cost', type: 'text' },
    { name: 'quantity is', type: 'text' },
  ];
  const rows = lines.map(({ what, quantity, free, unit, usd, cost, because }) => [
    what,
    Math.round(quantity * 100) / 100,
    free,
    unit,
    priceText(usd),
    cost.toFixed(2),
    because,
  ]);
  const sum = `${cli.paint.bold(`${dollars(total)} a month`)}, a year from now; ${dollars(withoutFree)} where what is free is used up by something else\n`;
  return `${title}\n\n${tableText(columns, rows, cli)}\n(quantity − free) × price = cost, and never less than 0\n${sum}`;
}
