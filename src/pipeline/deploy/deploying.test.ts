import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadSettings } from '../settings.ts';
import { applyDeployment, type DeployRequest, destroyDeployment, planDeployment } from './deploying.ts';

/** A CDK command line that notes how it was called, and says and does what it is told. */
const CLI = `
import { appendFileSync, readFileSync } from 'node:fs';
const [verb, ...rest] = process.argv.slice(2);
appendFileSync(process.env.NOTES, 'cdk ' + [verb, ...rest.slice(0, rest.indexOf('--app'))].join(' ') + '\\n');
process.stdout.write(process.env.SAYS ?? '');
process.exitCode = Number(process.env.ENDS ?? 0);
`;
/** Templates with what it was told. */
const APP = `
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
const { deployment, code } = JSON.parse(process.env.CDK_CONTEXT_JSON);
const { name, bucket } = JSON.parse(readFileSync(deployment, 'utf8'));
mkdirSync(process.env.CDK_OUTDIR);
const write = (end, Resources) => writeFileSync(process.env.CDK_OUTDIR + '/' + name + '-' + end + '.template.json', JSON.stringify({ Resources }));
write('lake', { a: { Type: 'AWS::S3::Bucket', Properties: { BucketName: bucket } }, b: { Type: 'AWS::S3::BucketPolicy' } });
write('pipeline', { a: { Type: 'AWS::Scheduler::Schedule', Properties: { Name: 's', ScheduleExpression: 'rate(1 day)' } } });
writeFileSync(process.env.NOTES + '.json', readFileSync(deployment));
writeFileSync(process.env.NOTES + '.yaml', readFileSync(code + '/build/tonearm.yaml'));
`;
const BUNDLER = `
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
appendFileSync(process.env.NOTES, 'bundle ' + process.argv.slice(2).join(' ') + '\\n');
for (const name of ['extract', 'stage', 'build']) {
  mkdirSync(new URL('../dist/lambda/' + name, import.meta.url), { recursive: true });
  writeFileSync(new URL('../dist/lambda/' + name + '/index.mjs', import.meta.url), '');
}
`;
const SETTINGS = `lake: s3://my-lake/me
aws: { name: mine, region: eu-west-1 }
accounts: [{ name: ana }]
notify: { webhook: "https://hooks.example.org/token" }
memory_limit: 4GB
`;

let folder: string;
const write = async (path: string, text: string): Promise<void> => {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), text);
};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tonearm-deploying-'));
  await write('infra/package.json', '{"type":"module"}');
  await write('infra/node_modules/aws-cdk/package.json', '{"type":"module"}');
  await write('infra/node_modules/aws-cdk/bin/cdk', CLI);
  await write('infra/node_modules/aws-cdk-lib/package.json', '{}');
  await write('infra/dist/app.js', APP);
  await write('scripts/bundle-lambda.mjs', BUNDLER);
  await write('tonearm.yaml', SETTINGS);
  await write('notes', '');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function request(env: Readonly<Record<string, string>> = {}): Promise<DeployRequest> {
  return {
    config: await loadSettings({ cwd: folder, env: {}, flags: {} }),
    cwd: folder,
    flags: {},
    env: { HOME: folder, NOTES: join(folder, 'notes'), ...env },
    now: new Date('2026-11-21T10:00:00Z'),
    packageFolder: folder,
    signal: new AbortController().signal,
    onText: () => undefined,
  };
}
const notes = () => readFile(join(folder, 'notes'), 'utf8');

describe('deploying', () => {
  it('plans without a login of AWS, and asks nobody', async () => {
    const plan = await planDeployment(await request());
    expect(plan).toMatchObject({ isBundled: false, changes: null, problem: null });
    expect(plan.stacks).toEqual([
      {
        name: 'mine-lake',
        isKept: true,
        things: [
          { kind: 'bucket, private, encrypted', count: 1, names: ['my-lake'] },
          { kind: 'rule or link between these', count: 1, names: [] },
        ],
      },
      { name: 'mine-pipeline', isKept: false, things: [{ kind: 'schedule', count: 1, names: ['s rate(1 day)'] }] },
    ]);
    expect(plan.deployment).toMatchObject({ bucket: 'my-lake', root: 'me/', accounts: ['ana'], region: 'eu-west-1' });
    expect(await notes()).toBe('');
  });

  it('compares with AWS where somebody is logged in, and goes without where AWS cannot be asked', async () => {
    const env = {
      AWS_PROFILE: 'mine',
      SAYS: 'Resources\n[+] AWS::S3::Bucket a\n[+] AWS::SQS::Queue b\n[~] AWS::Lambda::Function c\n └─ [+] Added\n',
    };
    const { changes } = await planDeployment(await request(env));
    expect(changes).toMatchObject({ added: 2, removed: 0, changed: 1 });
    const { problem } = await planDeployment(await request({ ...env, ENDS: '1', SAYS: 'Unable to resolve AWS account' }));
    expect(problem).toContain('AWS does not know who asks');
    expect(await notes()).toBe('cdk diff\ncdk diff\n');
  });

  it('bundles for the architecture, then deploys both stacks, with settings that hold no secret', async () => {
    await applyDeployment(await request());
    expect(await notes()).toBe(`bundle --arch arm64 --out ${join(folder, 'dist', 'lambda')}\ncdk deploy --all --require-approval never\n`);
    const settings = await readFile(join(folder, 'notes.yaml'), 'utf8');
    expect(JSON.parse(settings)).toEqual({ accounts: [{ name: 'ana' }], aws: { name: 'mine', region: 'eu-west-1' } });
    await write('deployed/tonearm.yaml', settings);
    expect(await loadSettings({ cwd: join(folder, 'deployed'), env: {}, flags: { lake: 's3://my-lake/me' } })).toMatchObject({
      aws: { name: 'mine' },
    });
  });

  it('destroys the pipeline alone', async () => {
    await destroyDeployment(await request());
    expect(await notes()).toBe('cdk destroy mine-pipeline --exclusively --force\n');
    expect(JSON.parse(await readFile(join(folder, 'notes.json'), 'utf8')).isLakeKept).toBe(true);
  });

  it.each([
    ['Environment aws://1/eu-west-1 is not bootstrapped', 'config', /cdk bootstrap/],
    ['Need to perform AWS calls, but no credentials have been configured', 'config', /aws sso login/],
    ['mine-pipeline failed: The stack is in ROLLBACK', 'upstream', /lines above/],
  ])('tells of "%s" as %s', async (said, code, hint) => {
    const failing = destroyDeployment(await request({ SAYS: said, ENDS: '1' }));
    await expect(failing).rejects.toMatchObject({ code, message: expect.stringContaining(said), hint: expect.stringMatching(hint) });
  });

  it('says how to get the CDK where it is missing, and where the app itself is', async () => {
    await rm(join(folder, 'infra/node_modules'), { recursive: true });
    await expect(planDeployment(await request())).rejects.toMatchObject({
      code: 'usage',
      hint: expect.stringContaining('npm ci --prefix'),
    });
    await rm(join(folder, 'infra'), { recursive: true });
    await expect(planDeployment(await request())).rejects.toMatchObject({ code: 'usage', hint: expect.stringContaining('Clone') });
  });

  it('needs a lake in a bucket', async () => {
    await write('tonearm.yaml', 'lake: ./lake\n');
    await expect(planDeployment(await request())).rejects.toMatchObject({ code: 'config', hint: expect.stringContaining('s3://') });
  });
});

describe('what is deployed', () => {
  const deployed = async (yaml: string) => {
    await write('tonearm.yaml', `lake: s3://my-lake\n${yaml}`);
    return (await planDeployment(await request())).deployment;
  };

  it('starts every stream of the schedule by itself or in its group, and says what is left to a machine', async () => {
    const { schedules, leftOut } =
      await deployed(`accounts: [{ name: ana, streams: [recently_played, saved_tracks], time_zone: Europe/Berlin }]
schedule: { recently_played: { every: 5m }, library: { cron: "0 4 * * 1" }, enrich: never }
retention: { web_api: 24 months }
`);
    expect(schedules).toEqual([
      {
        name: 'ana-recently-played',
        account: 'ana',
        streams: ['recently_played'],
        expression: 'rate(5 minutes)',
        timeZone: 'Europe/Berlin',
      },
      { name: 'ana-library', account: 'ana', streams: ['saved_tracks'], expression: 'cron(0 4 ? * MON *)', timeZone: 'Europe/Berlin' },
    ]);
    expect(leftOut).toEqual(['retain', 'check']);
  });

  it('ends raw of a source when `retain` would have done so long ago, and nothing that is kept for ever', async () => {
    const { expiry } = await deployed('retention: { web_api: 24 months, export: forever }\n');
    expect(expiry).toContainEqual({ prefix: 'raw/recently_played/', days: 24 * 31 + 60 });
    expect(expiry.filter(({ prefix }) => /history|exported/.test(prefix))).toEqual([]);
    expect((await deployed('')).expiry).toEqual([]);
  });
});
