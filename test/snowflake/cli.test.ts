import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestCli, type TestCli } from '../../src/surfaces/cli/testing.ts';

describe('tonearm snowflake', () => {
  let cli: TestCli;
  beforeAll(async () => {
    cli = await createTestCli();
  });
  afterAll(() => cli.remove());

  it('asks for its settings, and for the driver, which Tonearm does not bring', async () => {
    expect(await cli.run('snowflake plan')).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('docs/snowflake.md') });
    await writeFile(join(cli.folder, 'tonearm.yaml'), 'snowflake: { account: my-org, user: ANA, key_file: ana.p8 }\n');
    for (const verb of ['plan', 'apply', 'publish', 'verify', 'doctor', 'drop --confirm']) {
      const { exitCode, stderr, stdout } = await cli.run(`snowflake ${verb}`);
      expect([verb, exitCode, stdout]).toEqual([verb, 2, '']);
      expect(stderr).toContain('npm install snowflake-sdk@3.3.0');
    }
  });

  it('is asked by --engine snowflake, which asks for the same', async () => {
    for (const question of ['query --engine snowflake SELECT', 'report top-tracks --engine snowflake']) {
      const { exitCode, stderr } = await cli.run(question);
      expect([question, exitCode, stderr]).toEqual([question, 2, expect.stringContaining('npm install snowflake-sdk@3.3.0')]);
    }
    expect((await cli.run('report top-tracks --engine bigquery')).stderr).toContain('duckdb, athena, snowflake');
  });

  it('drops nothing unless that is confirmed, and says what it would drop', async () => {
    expect(await cli.run('snowflake drop')).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('LAKE_STORED of TONEARM') });
    expect(JSON.parse((await cli.run('snowflake drop --json')).stdout)).toMatchObject({ isConfirmed: false });
  });
});
