/** Loaded before each test file: files of one worker share its process, and what one of them changes of it is put back when it ends. */
import { afterAll, vi } from 'vitest';

const environment = { ...process.env };
const folder = process.cwd();

afterAll(() => {
  for (const name of Object.keys(process.env)) if (!(name in environment)) delete process.env[name];
  Object.assign(process.env, environment);
  process.chdir(folder);
  vi.unstubAllGlobals();
});
