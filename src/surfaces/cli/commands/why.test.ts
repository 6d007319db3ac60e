import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createTestCli, savedTracksPage } from '../testing.ts';

it('shows a row, the raw object it came from and the element there', async () => {
  const cli = await createTestCli();
  await writeFile(join(cli.folder, 'saved.json'), savedTracksPage(['one', 'two']));
  await cli.run('import saved.json');
  const { exitCode, stdout } = await cli.run('why tracks track1');
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^tracks\n {2}track_id +track1\n/);
  expect(stdout).toMatch(
    /^raw raw\/saved_tracks\/account=me\/file\/[0-9a-f]{64}\.json\.gz, line 1, element 1\n {2}an answer of saved_tracks\n/m,
  );
  expect(stdout).toMatch(/^ {4}"name": "two",$/m);
  expect(JSON.parse((await cli.run('why tracks track1 --json')).stdout)).toMatchObject({
    table: 'tracks',
    row: { name: 'two' },
    raw: { item: 1 },
  });
  expect(await cli.run('why songs track1')).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('songs is a view') });
  await cli.remove();
});
