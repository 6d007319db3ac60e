/**
 * `npm run conformance -- <openapi.yml> <folder of recorded responses>`: has the simulator judged by a description and by recordings of the
 * real Web API. Bundles the judge into node_modules, where its packages are found, and runs it.
 */
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const bundle = join(root, 'node_modules', '.cache', 'tonearm', 'conformance.mjs');

await build({
  absWorkingDir: root,
  entryPoints: ['simulator/conformance/main.ts'],
  outfile: bundle,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  packages: 'external',
  logLevel: 'warning',
});
const { main } = await import(pathToFileURL(bundle).href);
process.exitCode = await main(process.argv.slice(2), (text) => process.stdout.write(text));
