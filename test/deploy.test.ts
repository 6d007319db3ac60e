import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROFILES } from '../src/pipeline/deploy/usage.ts';
import { createTestCli, type TestCli } from '../src/surfaces/cli/testing.ts';
import { root } from './tracked-files.ts';

describe('tonearm deploy', () => {
  let cli: TestCli;
  beforeAll(async () => {
    cli = await createTestCli();
  });
  afterAll(() => cli.remove());

  it.each(Object.keys(PROFILES))('cost --profile %s gives what the page on AWS shows', async (profile) => {
    const { stdout, exitCode } = await cli.run(`deploy cost --profile ${profile}`);
    expect(exitCode).toBe(0);
    expect(readFileSync(join(root, 'docs', 'aws.md'), 'utf8')).toContain(`\`\`\`\n${stdout}\`\`\`\n`);
  });

  it('cost names the profiles that there are', async () => {
    expect(await cli.run('deploy cost --profile shop')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('listener, family, label'),
    });
  });

  it('plan makes the templates of the CDK app and says in words what is in them', async () => {
    expect(existsSync(join(root, 'infra', 'dist', 'app.js'))).toBe(true);
    await writeFile(
      join(cli.folder, 'tonearm.yaml'),
      'lake: s3://ana-lake\naws: { name: ana }\naccounts: [{ name: ana, streams: [recently_played] }]\n',
    );
    const { stdout, stderr, exitCode } = await cli.run('deploy plan');
    expect([stderr, exitCode]).toEqual(['', 0]);
    expect(stdout).toContain('ana-lake (kept');
    expect(stdout).toContain('2 buckets, private, encrypted: ana-lake\n');
    expect(stdout).toContain('1 schedule: ana-ana-listening rate(30 minutes)\n');
    expect(stdout).toContain('not compared with AWS: nobody is logged in there\n');
  });
});
