import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

const TEXT = /\.(ts|mjs|js|tsx|json|md|sql|sh|yaml|yml|html|css|csv|txt)$|^(LICENSE|\.ci\/run|\.npmrc|\.editorconfig|\.gitignore)$/;

/** A build machine may run the tests as another user than the one who cloned. */
const LIST = ['-c', 'safe.directory=*', 'ls-files', '-z'];

let read: readonly { readonly path: string; readonly text: string }[] | null = null;

/** Every text file that git tracks, as it is in the working tree, with its path from the root. */
export function trackedFiles(): readonly { readonly path: string; readonly text: string }[] {
  read ??= execFileSync('git', LIST, { cwd: root, encoding: 'utf8' })
    .split('\0')
    .filter((path) => TEXT.test(path) && existsSync(join(root, path)))
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
  return read;
}
