import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type Clock, createSystemClock } from '../../kernel/clock.ts';
import { createIds } from '../../kernel/id.ts';
import { createUploads, removeLeftUploads, type UploadLimits, type Uploads } from './uploads.ts';

const SILENT = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const never = new AbortController().signal;
const open: Uploads[] = [];
afterEach(async () => {
  for (const uploads of open.splice(0)) await uploads.close();
});

function uploadsWith(limits: Partial<UploadLimits> = {}, clock: Clock = createSystemClock()): Uploads {
  const all = { bytes: 100, ms: 5_000, idleMs: 5_000, ...limits };
  const uploads = createUploads({ clock, ids: createIds(clock), log: SILENT, tempFolder: tmpdir(), limits: all });
  open.push(uploads);
  return uploads;
}

/** These pieces, and then its end, or nothing more at all. */
const body = (pieces: readonly string[], ends = true): ReadableStream<Uint8Array> =>
  new ReadableStream({
    start: (controller) => {
      for (const piece of pieces) controller.enqueue(new TextEncoder().encode(piece));
      if (ends) controller.close();
    },
  });

describe('an upload', () => {
  it('lies in a file that nobody else can read, until it is forgotten', async () => {
    const uploads = uploadsWith();
    const { id, path } = await uploads.take('my data.zip', 'ada', body(['one ', 'two']), never);
    expect(await readFile(path, 'utf8')).toBe('one two');
    if (process.platform !== 'win32') expect([statSync(path).mode & 0o777, statSync(dirname(path)).mode & 0o777]).toEqual([0o600, 0o700]);
    expect(uploads.of(id)).toEqual({ id, path, account: 'ada' });
    await uploads.remove(id);
    expect(existsSync(dirname(path))).toBe(false);
    expect(() => uploads.of(id)).toThrow('there is no such upload');
  });

  it('is forgotten after an hour, or at the end', async () => {
    // Whoever sleeps on it wakes when it is told to.
    const wakes: (() => void)[] = [];
    const sleep: Clock['sleep'] = (ms, signal) =>
      new Promise((resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('stopped')));
        if (ms === 60 * 60_000) wakes.push(resolve);
      });
    const uploads = uploadsWith({}, { now: createSystemClock().now, sleep });
    const [first, second] = [await uploads.take('a.zip', null, body(['x']), never), await uploads.take('b.zip', null, body(['x']), never)];
    wakes[0]?.();
    await expect.poll(() => existsSync(dirname(first.path))).toBe(false);
    expect(existsSync(second.path)).toBe(true);
    await uploads.close();
    expect(existsSync(dirname(second.path))).toBe(false);
  });

  it.each([
    ['too large', { bytes: 5 }, body(['123', '456']), { status: 413, code: 'limit_exceeded' }],
    ['without a byte for too long', { idleMs: 30 }, body(['123'], false), { status: 400, message: 'the upload is too slow' }],
    ['slow in all', { ms: 30 }, body(['123'], false), { status: 400, message: 'the upload is too slow' }],
    ['empty', {}, body([]), { code: 'bad_input' }],
    ['cut off', {}, cut(), { code: 'bad_input', message: 'the upload ended too early' }],
  ])('that is %s is refused, and its place is free again', async (_, limits, given, refusal) => {
    const uploads = uploadsWith(limits);
    await expect(uploads.take('a.zip', null, given, never)).rejects.toMatchObject(refusal);
    const three = [];
    for (const name of ['b.zip', 'c.zip', 'd.zip']) three.push(await uploads.take(name, null, body(['x']), never));
    for (const { id } of three) expect(uploads.of(id).id).toBe(id);
  });

  it('makes room by forgetting the oldest that nobody reads, whose page may be closed', async () => {
    const uploads = uploadsWith();
    const take = (name: string) => uploads.take(name, null, body(['x']), never);
    const [first, second] = [await take('a.zip'), await take('b.zip'), await take('c.zip')];
    const letGo = uploads.hold(first.id);
    await take('d.zip');
    expect(uploads.of(first.id)).toEqual(first);
    expect(() => uploads.of(second.id)).toThrow('there is no such upload');
    await expect.poll(() => existsSync(dirname(second.path))).toBe(false);
    await expect(uploads.remove(first.id)).rejects.toMatchObject({ code: 'lease_held' });
    letGo();
    await uploads.remove(first.id);
    expect(existsSync(dirname(first.path))).toBe(false);
  });

  it('is refused beside three that are on their way', async () => {
    const uploads = uploadsWith();
    const stop = new AbortController();
    const coming = ['a.zip', 'b.zip', 'c.zip'].map((name) => uploads.take(name, null, body(['x'], false), stop.signal));
    await expect(uploads.take('d.zip', null, body(['x']), never)).rejects.toMatchObject({ status: 429 });
    stop.abort();
    expect((await Promise.allSettled(coming)).map(({ status }) => status)).toEqual(Array(3).fill('rejected'));
  });

  it('is removed once the process that took it was killed, and no other', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'left-'));
    const uploads = createUploads({ clock: createSystemClock(), ids: createIds(createSystemClock()), log: SILENT, tempFolder: folder });
    open.push(uploads);
    const { path } = await uploads.take('a.zip', null, body(['x']), never);
    // No process has a number as high (https://man7.org/linux/man-pages/man5/proc_sys_kernel.5.html); the second had ours before us.
    const left = [`tonearm-upload-99999999-0a1b2c3d-abc`, `tonearm-upload-${process.pid}-00000000-abc`];
    const others = [`tonearm-upload-${process.ppid}-0a1b2c3d-abc`, 'tonearm-upload-abc', 'other'];
    for (const name of [...left, ...others]) mkdirSync(join(folder, name));
    await removeLeftUploads(folder, SILENT);
    expect(readdirSync(folder).sort()).toEqual([...others, basename(dirname(path))].sort());
    rmSync(folder, { recursive: true });
  });

  it.each(['', 'evil.sh', '.zip', '..', 'a.zip/', 'a\u0000.sh', 'con:.exe'])('has no such name: %j', async (name) => {
    await expect(uploadsWith().take(name, null, body(['x']), never)).rejects.toMatchObject({ code: 'bad_input' });
  });
});

function cut(): ReadableStream<Uint8Array> {
  return new ReadableStream({ pull: (controller) => controller.error(new Error('ECONNRESET')) });
}
