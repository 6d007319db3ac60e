import { describe, expect, it } from 'vitest';
import { tableNamed } from '../../tables/star-schema.ts';
import { dropStatements, wantedSteps } from './ddl.ts';
import { type ConnectedBucket, describeIntegration, externalKey, subscriberPolicy, tryIntegration } from './external.ts';
import {
  arrivedStatement,
  copiesStatement,
  costStatement,
  missingStatement,
  pipesStatement,
  refreshStatement,
  resumeStatement,
  wakeStatements,
} from './health.ts';
import { copyStatements } from './loading.ts';
import type { SnowflakePlace } from './place.ts';

const place: SnowflakePlace = {
  account: 'my-org',
  user: 'ANA',
  auth: 'key_pair',
  keyFile: '/keys/ana.p8',
  passphrase: 'hush',
  token: 'hush',
  role: 'TONEARM_LOADER',
  warehouse: 'TONEARM',
  database: 'TONEARM',
  schema: 'LAKE',
  address: null,
};
const from: ConnectedBucket = {
  bucket: 'my-lake',
  root: "me/it's.here/",
  roleArn: 'arn:aws:iam::123456789012:role/tonearm-snowflake',
  topicArn: 'arn:aws:sns:eu-central-1:123456789012:tonearm-snowflake',
};
const file = {
  table: 'plays',
  partition: 'account=ana/year=2025',
  key: 'tables/plays/account=ana/year=2025/b1/part-0.parquet',
  bytes: 1,
  rows: 2,
};

describe('statements about the bucket, pipes and tasks', () => {
  it('are those that were looked at', async () => {
    const piped = wantedSteps(place, { load: 'pipe', from });
    const put = new Set(wantedSteps(place).map(({ name, fingerprint }) => `${name} ${fingerprint.slice(0, 16)}`));
    const few = [tableNamed('plays'), tableNamed('tracks')];
    const asked = [
      pipesStatement(place, few),
      copiesStatement(place, few, true),
      copiesStatement(place, few, false),
      missingStatement(place),
      arrivedStatement(place),
      refreshStatement(place, 'plays', file.key),
      refreshStatement(place, null, 'catalog/000000000007.json'),
      wakeStatements(place),
      resumeStatement(place, 'PLAYS', false),
      resumeStatement(place, 'PLAYS', true),
      costStatement(place, true),
    ];
    const parts = [
      ...piped
        .filter(({ name, fingerprint }) => !put.has(`${name} ${fingerprint.slice(0, 16)}`))
        .map(({ name, because, statements }) => `-- ${name}: ${because}\n${statements.map((sql) => `${sql};\n`).join('')}`),
      `-- connect\n${[describeIntegration(place), subscriberPolicy(from), tryIntegration(place, from)].map((sql) => `${sql};\n`).join('')}`,
      `-- a load from the bucket\n${copyStatements(place, { load: 'stage', from }, tableNamed('plays'), [file])[0]?.sql};\n`,
      `-- doctor\n${asked.map((sql) => `${sql};\n`).join('')}`,
      `-- drop\n${dropStatements(place, { load: 'pipe', from })
        .map((sql) => `${sql};\n`)
        .join('')}`,
    ];
    await expect(parts.join('\n')).toMatchFileSnapshot('./pipes.golden.txt');
    expect(parts.join('')).not.toContain('hush');
  });

  it('give a row the key of its file, whether its name is told from the bucket on or from the stage on', () => {
    const [, , pattern = ''] = /REGEXP_REPLACE\(METADATA\$FILENAME, ('(.*)'), ''\)/.exec(externalKey(from, 'tables')) ?? [];
    const before = new RegExp(pattern.replaceAll("''", "'"));
    for (const name of [`${from.root}tables/plays/a.parquet`, 'plays/a.parquet'])
      expect(`tables/${name.replace(before, '')}`).toBe('tables/plays/a.parquet');
  });

  it('make no pipe before the role that may look at it', () => {
    const names = wantedSteps(place, { load: 'pipe', from }).map(({ name }) => name);
    expect(names.indexOf('pipe PLAYS')).toBeGreaterThan(names.indexOf('role TONEARM_LOADER'));
    expect(names.filter((name) => name.startsWith('pipe '))).toHaveLength(
      names.filter((name) => name.startsWith('table LAKE_LANDED.')).length - 1,
    );
  });
});
