#!/usr/bin/env node
// Written so that an old Node can read it, too: it is the one that has to say that it is old.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const cli = new URL('../dist/cli.js', import.meta.url);
const [major, minor] = process.versions.node.split('.').map(Number);

if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`tonearm needs Node 20.19 or newer; this is ${process.versions.node}. Install a newer one from https://nodejs.org.`);
  process.exitCode = 2;
} else if (!existsSync(fileURLToPath(cli))) {
  console.error('tonearm is not built yet: run `npm run demo` or `npm run build` first.');
  process.exitCode = 2;
} else {
  // AWS's SDK warns of Node 20 for versions that are yet to come; those that are locked here run on it.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  const { main } = await import(cli.href);
  process.exitCode = await main(process.argv.slice(2));
}
