/** A deployment for tests, and its templates. */
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Validations } from 'aws-cdk-lib';
import type { Deployment } from '../src/pipeline/deploy/deployment.ts';
import { FUNCTIONS } from '../src/surfaces/lambda/functions.ts';
import { stacksOf } from './lib/stacks.ts';

export const SAMPLE: Deployment = {
  name: 'tonearm',
  region: 'eu-central-1',
  architecture: 'arm64',
  alarmsTo: 'me@example.org',
  budgetUsd: 10,
  crawler: true,
  publish: 'athena',
  bucket: 'my-lake',
  root: 'me/',
  accounts: ['ana', 'ben'],
  schedules: [
    { name: 'ana-listening', account: 'ana', streams: ['recently_played'], expression: 'rate(1 minute)', timeZone: 'Europe/Berlin' },
    { name: 'ben-library', account: 'ben', streams: ['saved_tracks', 'playlists'], expression: 'cron(0 4 * * ? *)', timeZone: 'UTC' },
  ],
  leftOut: ['enrich'],
  isLakeKept: true,
  expiry: [{ prefix: 'raw/recently_played/', days: 804 }],
  snowflake: {
    roleName: 'tonearm-snowflake',
    topicName: 'tonearm-snowflake',
    userArn: 'arn:aws:iam::111122223333:user/abc1-b-self1234',
    externalId: 'MYORG_SFCRole=2_a1b2c3/x=',
    subscriberArn: 'arn:aws:iam::111122223333:user/abc1-b-self1234',
  },
};

/** As CloudFormation reads one; what it computes is an object such as `{Ref: …}`. */
export interface Resource {
  readonly Type: string;
  readonly DeletionPolicy?: string;
  // biome-ignore lint/suspicious/noExplicitAny: the shape is that of each type of resource.
  readonly Properties: any;
}

export interface Templates {
  readonly files: readonly string[];
  /** Of both stacks, by their logical ids. */
  readonly resources: readonly (Resource & { readonly id: string })[];
  ofType(type: string): readonly (Resource & { readonly id: string })[];
}

/** Synthesises it, offline, in a temporary folder. `plugin`: throws where it finds anything. */
export function synthesised(deployment: Deployment, ...plugins: Parameters<Validations['addPlugins']>): Templates {
  const folder = mkdtempSync(join(tmpdir(), 'tonearm-infra-'));
  const code = join(folder, 'code');
  for (const { name } of FUNCTIONS) {
    mkdirSync(join(code, name), { recursive: true });
    writeFileSync(join(code, name, 'index.mjs'), 'export const handler = async () => null;\n');
  }
  const app = new App({ outdir: join(folder, 'out') });
  stacksOf(app, deployment, code);
  Validations.of(app).addPlugins(...plugins);
  // The CDK's own rules take seconds, and are asked once: by who brings rules of their own.
  process.env.CDK_VALIDATION = String(plugins.length > 0);
  app.synth();
  const files = ['lake', 'pipeline'].map((end) => join(folder, 'out', `${deployment.name}-${end}.template.json`));
  const resources = files.flatMap((file) => {
    const template: { readonly Resources: Readonly<Record<string, Resource>> } = JSON.parse(readFileSync(file, 'utf8'));
    return Object.entries(template.Resources).map(([id, resource]) => ({ ...resource, id }));
  });
  return { files, resources, ofType: (type) => resources.filter((resource) => resource.Type === type) };
}
