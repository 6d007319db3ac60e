import { readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/longest-first.ts';

export default defineConfig({
  plugins: [
    {
      name: 'sql-as-text',
      load(id: string) {
        return id.endsWith('.sql') ? `export default ${JSON.stringify(readFileSync(id, 'utf8'))};` : null;
      },
    },
  ],
  test: {
    include: ['{src,simulator,test,bench,infra,web}/**/*.test.ts'],
    globalSetup: ['test/temp-folder.mjs'],
    testTimeout: 30_000,
    // A page in a browser, on a machine that has much else to do.
    expect: { poll: { timeout: 15_000 } },
    // A worker that held large lakes takes its time to end where the machine is loaded.
    teardownTimeout: 60_000,
    // Of two processors: much of the tests is waiting, for files, other processes and the clock (measured: 522 s with three, over 600 with two).
    maxWorkers: 3,
    // Files of a worker share its modules, whose loading costs more than most of the files.
    isolate: false,
    setupFiles: ['test/process-state.ts'],
    sequence: { sequencer: LongestFirst },
  },
});
