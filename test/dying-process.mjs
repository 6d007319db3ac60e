/**
 * Loaded before a program (`node --import …/dying-process.mjs?at=12 program`): the program dies by SIGKILL just before its 12th change of the file
 * system, or, where that one is a write, with half of the bytes written. `?at=0` lets it live. At its end it says on stderr how many changes it made.
 */
import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';

const deadline = Number(new URL(import.meta.url).searchParams.get('at') ?? 0);
let changes = 0;

/** Counts a change and says whether it is the one that must not happen any more. */
function isLast() {
  changes += 1;
  return changes === deadline;
}

function die() {
  process.kill(process.pid, 'SIGKILL');
  return new Promise(() => undefined);
}

const { link, mkdir, open, rename, rm, unlink } = fs;
for (const [name, change] of Object.entries({ link, mkdir, rename, rm, unlink })) {
  fs[name] = (...given) => (isLast() ? die() : change(...given));
}
fs.open = async (path, flags = 'r', mode = undefined) => {
  if (flags === 'r') return open(path, flags, mode);
  if (isLast()) return die();
  const handle = await open(path, flags, mode);
  const { writeFile } = handle;
  handle.writeFile = async (bytes) => {
    if (!isLast()) return writeFile.call(handle, bytes);
    await writeFile.call(handle, bytes.subarray(0, Math.floor(bytes.length / 2)));
    return die();
  };
  return handle;
};
syncBuiltinESMExports();

process.on('exit', () => {
  process.stderr.write(`changes: ${changes}\n`);
});
