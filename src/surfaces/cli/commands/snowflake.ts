import type { Command } from 'commander';
import type { App } from '../../../pipeline/app.ts';
import type { Cli } from '../cli.ts';
import type { Act, AddVerb } from '../verb.ts';

type Snowflake = Awaited<ReturnType<App['snowflake']>>;
type Steps = Awaited<ReturnType<Snowflake['plan']>>;
type Connected = Awaited<ReturnType<Snowflake['connect']>>;
type Verified = Awaited<ReturnType<Snowflake['verify']>>;

interface RoleOption {
  readonly role?: string | null;
}

export const addSnowflake: AddVerb = (program, act) => {
  const snowflake = program
    .command('snowflake')
    .summary('load the tables into Snowflake, exactly, and prove it')
    .description(
      "Makes what Snowflake needs from the declaration of the tables, and loads what is new in one transaction. Who loads, and where, is under snowflake in tonearm.yaml; Snowflake's driver is installed by you: npm install snowflake-sdk@3.3.0. See docs/snowflake.md.",
    );
  addSteps(snowflake, act);
  addConnect(snowflake, act);
  addDrop(snowflake, act);
  addPublish(snowflake, act);
  addVerify(snowflake, act);
  addSnowflakeDoctor(snowflake, act);
};

const ROLE = [
  '--role <role>',
  "Role that may make databases, roles and warehouses, such as ACCOUNTADMIN; the user's own where absent",
] as const;

function addSteps(snowflake: Command, act: Act): void {
  snowflake
    .command('plan', { isDefault: true })
    .summary('show the statements that make what is missing, in order, and why')
    .description('Compares Snowflake with the declaration of the tables, and changes nothing.')
    .option(...ROLE)
    .action(
      act(async (cli, { role = null }: RoleOption) => {
        const steps = await cli.withApp(async (app) => (await app.snowflake()).plan({ role }, cli.effects.signal));
        cli.result({ steps }, () => (steps.length === 0 ? 'Snowflake has it all already\n' : stepsText(steps, cli)));
        return 0;
      }),
    );
  snowflake
    .command('apply')
    .summary('make what is missing')
    .description('Runs what `tonearm snowflake plan` shows. Twice is safe; where it stopped half-way, the next one goes on.')
    .option(...ROLE)
    .action(
      act(async (cli, { role = null }: RoleOption) => {
        const steps = await cli.withApp(async (app) => (await app.snowflake()).apply({ role }, cli.effects.signal));
        const names = steps.map(({ name }) => name);
        cli.result({ made: names }, () =>
          names.length === 0 ? 'nothing to do: Snowflake has it all already\n' : names.map((name) => `made ${name}\n`).join(''),
        );
        return 0;
      }),
    );
}

const stepsText = (steps: Steps, cli: Cli): string =>
  steps
    .map(({ name, because, statements }) => `${cli.paint.dim(`-- ${name}: ${because}`)}\n${statements.map((sql) => `${sql};\n`).join('')}`)
    .join('\n');

function addConnect(snowflake: Command, act: Act): void {
  snowflake
    .command('connect')
    .summary('let Snowflake and the bucket of the lake know one another')
    .description(
      'Makes the storage integration in Snowflake, asks it who will come, and keeps that in the lake, where `tonearm deploy apply` finds it: nothing is pasted. Then tries whether Snowflake comes as far as the files, and says what is left to do. Twice is safe. Needs a login of AWS, and a role that may make integrations.',
    )
    .option(...ROLE)
    .action(
      act(async (cli, { role = null }: RoleOption) => {
        const connected = await cli.withApp(async (app) => (await app.snowflake()).connect({ role }, cli.effects.signal));
        cli.result(connected, () => connectedText(connected));
        return 0;
      }),
    );
}

function connectedText({ bucket, integration, roleArn, userArn, externalId, refusal, next }: Connected): string {
  const met = refusal === null ? `Snowflake reads s3://${bucket}` : `Snowflake does not get into s3://${bucket} yet: ${refusal}`;
  const steps = next.map((step, at) => `  ${at + 1}. ${step}\n`).join('');
  return `integration ${integration} takes on ${roleArn}\nas ${userArn}, which says ${externalId}\n${met}\nnext:\n${steps}`;
}

function addDrop(snowflake: Command, act: Act): void {
  snowflake
    .command('drop')
    .summary('take away what apply made; the lake stays')
    .description(
      'Drops the schemas with all tables, views, pipes and tasks, the roles, and the integration with the bucket. Database and warehouse stay, as they may be used by others. Nothing of the lake is touched.',
    )
    .option(...ROLE)
    .option('--confirm', 'Really drop it; without it nothing is changed')
    .action(
      act(async (cli, { role = null, confirm = false }: { readonly role?: string | null; readonly confirm?: boolean }) => {
        const { snowflake: place } = await cli.settings();
        const what = `schemas ${place?.schema}, ${place?.schema}_LANDED and ${place?.schema}_STORED of ${place?.database}, their roles and the integration, as far as they are there`;
        if (!confirm && place !== undefined) {
          cli.result({ isConfirmed: false }, () => `would drop ${what}\nnothing was dropped: add --confirm to drop it\n`);
          return 0;
        }
        await cli.withApp(async (app) => (await app.snowflake()).drop({ role }, cli.effects.signal));
        cli.result({ isConfirmed: true }, () => `dropped ${what}\n`);
        return 0;
      }),
    );
}

function addPublish(snowflake: Command, act: Act): void {
  snowflake
    .command('publish')
    .summary('load what is new, in one transaction')
    .description(
      'Brings Snowflake to the newest version of the catalog: files that it lacks are sent, and all tables change at once. Does nothing, in one statement, where it has that version already; finishes what another left undone.',
    )
    .option('--whole', 'Load every file anew: mends what somebody changed in Snowflake')
    .action(
      act(async (cli, { whole = false }: { readonly whole?: boolean }) => {
        const done = await cli.withApp(async (app) => (await app.snowflake()).publish({ isWhole: whole }, cli.effects.signal));
        const { version, loaded, removed, rows } = done;
        const isNothing = loaded + removed === 0;
        const told = isNothing ? '' : `${rows.toLocaleString('en-US')} rows of ${loaded} files loaded, ${removed} files taken out; `;
        cli.result(done, () => `${told}Snowflake shows catalog version ${version}\n`);
        return 0;
      }),
    );
}

function addVerify(snowflake: Command, act: Act): void {
  snowflake
    .command('verify')
    .summary('compare every partition in Snowflake with the lake')
    .description(
      'Reads every row on both sides and compares counts and checksums of each partition. Exit code 3 where anything differs, or where Snowflake has an older version.',
    )
    .action(
      act(async (cli) => {
        const verified = await cli.withApp(async (app) => (await app.snowflake()).verify(cli.effects.signal));
        cli.result(verified, () => verifiedText(verified));
        return verified.differences.length === 0 && verified.catalogVersion === verified.loadedVersion ? 0 : 3;
      }),
    );
}

function addSnowflakeDoctor(snowflake: Command, act: Act): void {
  snowflake
    .command('doctor')
    .summary('look for what is wrong in Snowflake, and say how to mend it')
    .description(
      'Compares every partition with the lake; looks for pipes that stand still or hear nothing, versions that wait for a file, loads that failed and names that were used twice; and adds up what the last 7 days cost. Changes nothing. Ends with exit code 3 if something failed.',
    )
    .option('--role <role>', 'Role that asks, such as ACCOUNTADMIN, which may see all costs; the one that loads where absent')
    .action(
      act(async (cli, { role = null }: RoleOption) => {
        const { clock, signal } = cli.effects;
        const findings = await cli.withApp(async (app) => (await app.snowflake()).doctor({ role, now: clock.now() }, signal));
        const [{ findingsText }, { tableText }] = await Promise.all([import('./doctor.ts'), import('../render/table.ts')]);
        const exitCode = findings.some(({ state }) => state === 'fail') ? 3 : 0;
        cli.result({ findings, exitCode }, () => findingsText(findings, cli, tableText));
        return exitCode;
      }),
    );
}

function verifiedText({ catalogVersion, loadedVersion, partitions, differences }: Verified): string {
  const sum = (side: Verified['differences'][number]['lake']): string =>
    side === null ? 'nothing' : `${side.rows} rows, ${side.checksum}`;
  const lines = differences.map(
    ({ table, partition, lake, snowflake }) => `${table} ${partition}: the lake has ${sum(lake)}; Snowflake has ${sum(snowflake)}\n`,
  );
  const isBehind = catalogVersion !== loadedVersion;
  if (isBehind) lines.push(`Snowflake has version ${loadedVersion}, the lake ${catalogVersion}: run \`tonearm snowflake publish\`\n`);
  else if (differences.length > 0) lines.push('run `tonearm snowflake publish --whole` to load all anew\n');
  else lines.push(`${partitions} partitions are the same, row for row, in version ${catalogVersion}\n`);
  return lines.join('');
}
