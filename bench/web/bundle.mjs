/** What a browser loads of the built page. */
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { PROGRAM } from '../measured.mjs';

const WEB = join(dirname(dirname(PROGRAM)), 'dist', 'web');

const packedKb = async (path) => gzipSync(await readFile(path), { level: 9 }).byteLength / 1000;

/** Gzip sizes in kB: of what the page names, which is loaded before anything shows, and of every file of it. */
export async function bundleSizes() {
  const page = join(WEB, 'index.html');
  const html = await readFile(page, 'utf8');
  const named = [...html.matchAll(/(?:src|href)="\/?([^":]+\.(?:js|css))"/g)].map(([, path]) => join(WEB, path));
  const all = (await readdir(WEB, { recursive: true })).filter((name) => /\.(js|css|html)$/.test(name)).map((name) => join(WEB, name));
  const sum = async (paths) => (await Promise.all(paths.map(packedKb))).reduce((total, kb) => total + kb, 0);
  return { first: await sum([page, ...named]), all: await sum(all) };
}
