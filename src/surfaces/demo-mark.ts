import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PipelineError } from '../kernel/errors.ts';

/** Says that a folder may be thrown away: the demo makes it, and only the demo removes it. */
export const DEMO_MARK = 'made-by-tonearm-demo';

/**
 * Makes the folder, or throws away what an earlier demo left in it. The mark is there before anything else and stays: a demo that was killed, while it cleared
 * away or later, is thrown away by the next. Errors: `bad_input` for a folder with something of somebody else's.
 */
export async function emptyDemoFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true });
  const names = await readdir(path);
  if (names.length > 0 && !names.includes(DEMO_MARK)) {
    throw new PipelineError(`${path} exists and was not made by the demo`, { code: 'bad_input', hint: 'name another folder with --lake' });
  }
  await writeFile(join(path, DEMO_MARK), 'The demo made this folder and will throw it away when it runs again.\n');
  for (const name of names) if (name !== DEMO_MARK) await rm(join(path, name), { recursive: true, force: true });
}
