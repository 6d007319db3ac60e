import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Holds the fingerprint of the sources that `dist` was built from. */
export const BUILD_STAMP = 'dist/.built-from';

const MADE_FROM = ['src', 'simulator', 'infra/lib', 'web'];
const NOT_BUILT = /\.(test|contract|d)\.ts$|\/testing\.ts$/;

/** What an installation depends on: the packages asked for, those locked, and the machine they run on. */
export function installFingerprint(root) {
  const { dependencies, devDependencies, optionalDependencies, peerDependencies, overrides } = JSON.parse(text(root, 'package.json'));
  const asked = JSON.stringify({ dependencies, devDependencies, optionalDependencies, peerDependencies, overrides });
  return { ...runtime(), packages: hash([asked, text(root, 'package-lock.json')]) };
}

const runtime = () => ({ node: process.versions.node.split('.')[0], platform: process.platform, arch: process.arch });

/** What `dist` depends on: every source that is bundled, the bundler's version and its settings. */
export function sourceFingerprint(root) {
  const files = MADE_FROM.flatMap((folder) => filesBelow(root, folder)).filter((file) => !NOT_BUILT.test(file));
  return hash(
    [
      ...files,
      ...['infra/app.ts'].filter((file) => existsSync(join(root, file))),
      'scripts/build.mjs',
      'package.json',
      'package-lock.json',
    ].flatMap((file) => [file, text(root, file)]),
  );
}

/** True when what npm notes about an installation made by hand is what the lock file asks for, and is there. */
export function isInstalled(root) {
  const locked = packagesOf(root, 'package-lock.json');
  const installed = packagesOf(root, 'node_modules/.package-lock.json');
  if (locked === null || installed === null) return false;
  const same = Object.entries(installed).every(([path, { version }]) => locked[path]?.version === version && existsSync(join(root, path)));
  return same && Object.entries(locked).every(([path, { optional }]) => path === '' || optional || installed[path] !== undefined);
}

function packagesOf(root, file) {
  const found = textOrNull(root, file);
  return found === null ? null : JSON.parse(found).packages;
}

function filesBelow(root, folder) {
  const names = entriesOf(join(root, folder));
  return names.flatMap((entry) => (entry.isDirectory() ? filesBelow(root, `${folder}/${entry.name}`) : `${folder}/${entry.name}`)).sort();
}

function entriesOf(folder) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if (error.code === 'ENOENT') return [];
    throw error;
  }
}

const text = (root, file) => readFileSync(join(root, file), 'utf8');

export function textOrNull(root, file) {
  try {
    return text(root, file);
  } catch (error) {
    if (error.code === 'ENOENT') return null;
    throw error;
  }
}

function hash(parts) {
  const sum = createHash('sha256');
  for (const part of parts) sum.update(part).update('\0');
  return sum.digest('hex');
}
