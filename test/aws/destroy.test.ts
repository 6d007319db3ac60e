import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ListObjectVersionsCommand, PutBucketVersioningCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { expect, it } from 'vitest';
import { destroyDeployment } from '../../src/pipeline/deploy/deploying.ts';
import { loadSettings } from '../../src/pipeline/settings.ts';
import { never } from '../sample-account.ts';
import { describeWithS3 } from './moto.ts';

/** The CDK, and an app for it, that note how they were called. */
const NOTING = (said: string): string => `
import { appendFileSync, readFileSync, mkdirSync } from 'node:fs';
const argv = process.argv.slice(2);
appendFileSync(process.env.NOTES, ${said} + '\\n');
`;
const CLI = NOTING(`'cdk ' + argv.slice(0, argv.indexOf('--app')).join(' ')`);
const APP = NOTING(`'kept: ' + JSON.parse(readFileSync(JSON.parse(process.env.CDK_CONTEXT_JSON).deployment)).isLakeKept`);

describeWithS3('a deployment that is destroyed with its lake', (moto) => {
  it('lets go of the bucket, empties it of every version, and removes its stack last; twice is safe', async () => {
    const { client, endpoint } = moto();
    const { bucket } = await moto().bucket();
    await client.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } }));
    for (const Key of ['me/raw/a', 'me/raw/a', 'elsewhere/b']) await client.send(new PutObjectCommand({ Bucket: bucket, Key, Body: 'x' }));
    const folder = await mkdtemp(join(tmpdir(), 'tonearm-destroy-'));
    const files = {
      'tonearm.yaml': `lake: s3://${bucket}/me\ns3: { endpoint: "${endpoint}", region: eu-central-1 }\n`,
      'infra/package.json': '{"type":"module"}',
      'infra/dist/app.js': APP,
      'infra/node_modules/aws-cdk/package.json': '{"type":"module"}',
      'infra/node_modules/aws-cdk/bin/cdk': CLI,
      'infra/node_modules/aws-cdk-lib/package.json': '{}',
    };
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
    const request = {
      ...{ config: await loadSettings({ cwd: folder, env: {}, flags: {} }), cwd: folder, flags: {}, packageFolder: folder, signal: never },
      ...{ env: { NOTES: join(folder, 'notes') }, now: new Date('2026-11-21T10:00:00Z'), onText: () => undefined },
    };
    expect(await destroyDeployment(request, { withLake: true })).toMatchObject({ objects: 3 });
    expect(await client.send(new ListObjectVersionsCommand({ Bucket: bucket }))).not.toHaveProperty('Versions');
    expect(await readFile(join(folder, 'notes'), 'utf8')).toBe(`kept: false
cdk destroy tonearm-pipeline --exclusively --force
cdk deploy tonearm-lake --exclusively --require-approval never
cdk destroy tonearm-lake --exclusively --force
`);
    expect(await destroyDeployment(request, { withLake: true })).toMatchObject({ objects: 0 });
  });
});
