import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Config, type Environment, settingsText } from '../../config.ts';
import { PipelineError } from '../../kernel/errors.ts';
import { emptyBucket } from '../../landing/s3-emptying.ts';
import type { SnowflakeGuest } from '../snowflake-answers.ts';
import { type CdkApp, type Child, cdk, checkCdk, hasAwsLogin, run, synthesise } from './cdk.ts';
import { deployedSettings } from './deployed-settings.ts';
import { type Deployment, deploymentOf } from './deployment.ts';
import { changesOf, type Template, type Things, thingsOf } from './plain-words.ts';

const FUNCTIONS = ['extract', 'stage', 'build'] as const;

/** Who deploys what, from where. */
export interface DeployRequest extends Child {
  readonly config: Config;
  /** As for the settings: whose text is deployed. */
  readonly cwd: string;
  readonly flags: { readonly config?: string | undefined };
  readonly env: Environment;
  readonly now: Date;
  /** Of the package: holds `infra`, `scripts` and `dist/lambda`. */
  readonly packageFolder: string;
  /** Whom `tonearm snowflake connect` noted; absent or null: nobody. */
  readonly snowflake?: SnowflakeGuest | null;
}

export interface PlannedStack {
  readonly name: string;
  /** When everything else is destroyed. */
  readonly isKept: boolean;
  readonly things: readonly Things[];
}

export interface DeployPlan {
  readonly deployment: Deployment;
  readonly stacks: readonly PlannedStack[];
  /** False: the functions are not bundled yet, and stand for themselves here. */
  readonly isBundled: boolean;
  /** Against what is deployed; null where nobody is logged in to AWS, or AWS could not be asked. */
  readonly changes: (ReturnType<typeof changesOf> & { readonly text: string }) | null;
  /** Why AWS could not be asked although somebody is logged in. */
  readonly problem: string | null;
}

interface Made {
  readonly deployment: Deployment;
  readonly app: CdkApp;
  /** Of the templates. */
  readonly out: string;
  readonly isBundled: boolean;
}

/** Templates in a folder of their own, for as long as `work` takes. `isChecked`: by the rules of the CDK, which take longer than all the rest. */
async function withTemplates<T>(
  request: DeployRequest,
  isChecked: boolean,
  work: (made: Made) => Promise<T>,
  isLakeKept = true,
): Promise<T> {
  const deployment = { ...deploymentOf(request.config, request.now, request.snowflake ?? null), isLakeKept };
  const app = { folder: join(request.packageFolder, 'infra') };
  checkCdk(app);
  const folder = await mkdtemp(join(tmpdir(), 'tonearm-deploy-'));
  try {
    const [file, out] = [join(folder, 'deployment.json'), join(folder, 'cdk.out')];
    await writeFile(file, JSON.stringify(deployment));
    const bundles = join(request.packageFolder, 'dist', 'lambda');
    const isBundled = FUNCTIONS.every((name) => existsSync(join(bundles, name, 'index.mjs')));
    const code = isBundled ? bundles : await placeholders(join(folder, 'code'));
    const settings = deployedSettings(await settingsText(request), deployment);
    for (const name of FUNCTIONS) await writeFile(join(code, name, 'tonearm.yaml'), settings);
    await synthesise(app, { deployment: file, code }, out, isChecked, request);
    return await work({ deployment, app, out, isBundled });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function placeholders(folder: string): Promise<string> {
  for (const name of FUNCTIONS) {
    await mkdir(join(folder, name), { recursive: true });
    await writeFile(join(folder, name, 'index.mjs'), '');
  }
  return folder;
}

/** What would be made, offline; and, where somebody is logged in to AWS, what that would change there. Errors: `config`, `usage` without the CDK. */
export async function planDeployment(request: DeployRequest, { asksAws = true } = {}): Promise<DeployPlan> {
  return withTemplates(request, false, async ({ deployment, app, out, isBundled }) => {
    const stacks = await Promise.all(
      (['lake', 'pipeline'] as const).map(async (end): Promise<PlannedStack> => {
        const name = `${deployment.name}-${end}`;
        const template: Template = JSON.parse(await readFile(join(out, `${name}.template.json`), 'utf8'));
        return { name, isKept: end === 'lake', things: thingsOf(template) };
      }),
    );
    const plan = { deployment, stacks, isBundled, changes: null, problem: null };
    if (!asksAws || !(await hasAwsLogin(request.env))) return plan;
    try {
      const text = await cdk(app, ['diff'], out, request);
      return { ...plan, changes: { ...changesOf(text), text } };
    } catch (error) {
      if (!(error instanceof PipelineError)) throw error;
      return { ...plan, problem: error.message };
    }
  });
}

/** Bundles the functions and makes, or changes, both stacks. Twice is safe. Errors: `config` where AWS lets nobody in; `upstream` where it fails. */
export async function applyDeployment(request: DeployRequest): Promise<Deployment> {
  const { architecture } = deploymentOf(request.config, request.now);
  checkCdk({ folder: join(request.packageFolder, 'infra') });
  const bundler = join(request.packageFolder, 'scripts', 'bundle-lambda.mjs');
  if (!existsSync(bundler)) {
    const hint = "Clone Tonearm's repository and deploy from there.";
    throw new PipelineError('functions are bundled from the sources, which are not here', { code: 'usage', hint });
  }
  await run('bundle the functions', [bundler, '--arch', architecture, '--out', join(request.packageFolder, 'dist', 'lambda')], request);
  return withTemplates(request, true, async ({ deployment, app, out }) => {
    await cdk(app, ['deploy', '--all', '--require-approval', 'never'], out, request);
    return deployment;
  });
}

export interface Destroyed {
  readonly deployment: Deployment;
  /** Objects and their versions; null where the lake was kept. */
  readonly objects: number | null;
}

/**
 * Removes the pipeline; bucket, key and logins stay, since their stack does. `withLake`: then the bucket lets go of what it holds, is emptied of every
 * version, and its stack is removed, too; access logs stay, and AWS keeps the key for 30 days and the logins for as long as they can be had back.
 * What was stopped half-way is finished by doing it again.
 */
export async function destroyDeployment(request: DeployRequest, { withLake = false } = {}): Promise<Destroyed> {
  return withTemplates(
    request,
    false,
    async ({ deployment, app, out }) => {
      const stack = (end: 'lake' | 'pipeline'): string => `${deployment.name}-${end}`;
      await cdk(app, ['destroy', stack('pipeline'), '--exclusively', '--force'], out, request);
      if (!withLake) return { deployment, objects: null };
      await cdk(app, ['deploy', stack('lake'), '--exclusively', '--require-approval', 'never'], out, request);
      const { bucket, region } = deployment;
      const { endpoint = null, pathStyle = null } = request.config.bucket ?? {};
      const objects = await emptyBucket({ bucket, prefix: '', endpoint, region, pathStyle }, request.signal);
      await cdk(app, ['destroy', stack('lake'), '--exclusively', '--force'], out, request);
      return { deployment, objects };
    },
    !withLake,
  );
}
