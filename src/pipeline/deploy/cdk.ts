import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { access } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '../../config.ts';
import { PipelineError } from '../../kernel/errors.ts';

/** A child process, and what hears it. */
export interface Child {
  readonly env: Environment;
  readonly signal: AbortSignal;
  /** What it says, as it says it, a line or more. */
  readonly onText: (text: string) => void;
}

/** The folder of the CDK app. */
export interface CdkApp {
  /** Holds `dist/app.js` and the packages of the CDK. */
  readonly folder: string;
}

const CLI = join('node_modules', 'aws-cdk', 'bin', 'cdk');
const LIBRARY = join('node_modules', 'aws-cdk-lib', 'package.json');

/** Errors: `usage` where the CDK app, or the packages of the CDK, are not here; the hint says how to add them. */
export function checkCdk({ folder }: CdkApp): void {
  if (!existsSync(join(folder, 'package.json'))) {
    throw new PipelineError('the CDK app is not part of the npm package', {
      code: 'usage',
      hint: "Clone Tonearm's repository, run `npm install` and `npm ci --prefix infra` in the clone, and deploy from there with --config <your tonearm.yaml>. `tonearm deploy cost` needs neither.",
    });
  }
  if (!existsSync(join(folder, CLI)) || !existsSync(join(folder, LIBRARY))) {
    throw new PipelineError("AWS's CDK (240 MB) is not installed", {
      code: 'usage',
      hint: `Run \`npm ci --prefix ${folder}\`, then this again.`,
    });
  }
  if (!existsSync(join(folder, 'dist', 'app.js'))) {
    throw new PipelineError('the CDK app is not built', { code: 'usage', hint: 'Run `npm run build`, then this again.' });
  }
}

/** Whether AWS could be asked: some login of AWS is in the environment or in the files where its tools keep them. */
export async function hasAwsLogin(env: Environment): Promise<boolean> {
  const named = ['AWS_ACCESS_KEY_ID', 'AWS_PROFILE', 'AWS_WEB_IDENTITY_TOKEN_FILE', 'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI'];
  if (named.some((name) => (env[name] ?? '') !== '')) return true;
  const home = join(env.HOME || homedir(), '.aws');
  const files = [env.AWS_SHARED_CREDENTIALS_FILE || join(home, 'credentials'), env.AWS_CONFIG_FILE || join(home, 'config')];
  const found = await Promise.all(
    files.map((path) =>
      access(path).then(
        () => true,
        () => false,
      ),
    ),
  );
  return found.includes(true);
}

/** Makes the templates in `out`, offline. `isChecked`: and holds them to the rules of the CDK. */
export async function synthesise(
  { folder }: CdkApp,
  context: Readonly<Record<string, string>>,
  out: string,
  isChecked: boolean,
  child: Child,
): Promise<void> {
  const env = { ...child.env, CDK_OUTDIR: out, CDK_CONTEXT_JSON: JSON.stringify(context), CDK_VALIDATION: String(isChecked) };
  await run('make the templates', [join(folder, 'dist', 'app.js')], { ...child, env });
}

/** Runs the CDK's own command line on templates that are made. Gives what it said. */
export async function cdk({ folder }: CdkApp, args: readonly string[], out: string, child: Child): Promise<string> {
  const env = { ...child.env, CDK_DISABLE_CLI_TELEMETRY: 'true' };
  const [verb = ''] = args;
  return run(`cdk ${verb}`, [join(folder, CLI), ...args, '--app', out, '--no-notices', '--no-color'], { ...child, env });
}

/** Runs a script with this Node, and gives all it said. Errors: `config` where AWS lets nobody in or is not prepared; `upstream` for other failures. */
export function run(doing: string, argv: readonly string[], { env, signal, onText }: Child): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...argv], { env: { ...env }, stdio: ['ignore', 'pipe', 'pipe'], signal });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        said += text;
        onText(text);
      });
    }
    child.once('error', reject);
    child.once('close', (code) => (code === 0 ? resolve(said) : reject(failure(doing, said))));
  });
}

/** Lines of a failure that a message repeats. */
const SHOWN = 12;

function failure(doing: string, said: string): PipelineError {
  const lines = said.split('\n').filter((line) => line.trim() !== '' && !line.includes('Synthesis time'));
  const end = lines.slice(-SHOWN).join('\n');
  const isUnknown = /unable to resolve aws account|credentials|ExpiredToken|InvalidClientTokenId|security token/i.test(said);
  if (/bootstrap/i.test(said)) {
    const hint = 'Run `npx cdk bootstrap` in the folder infra once for this account and region, with the rights of an administrator.';
    return new PipelineError(`${doing} failed: this AWS account and region are not prepared for the CDK:\n${end}`, {
      code: 'config',
      hint,
    });
  }
  if (isUnknown)
    return new PipelineError(`${doing} failed: AWS does not know who asks:\n${end}`, {
      code: 'config',
      hint: 'Log in to AWS, such as by `aws sso login`, or set AWS_PROFILE.',
    });
  return new PipelineError(`${doing} failed:\n${end}`, {
    code: 'upstream',
    hint: 'See the lines above. What was made so far stays, and doing it again goes on from there.',
  });
}
