import { randomBytes } from 'node:crypto';
import { mkdtemp, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../kernel/clock.ts';
import { PipelineError } from '../../kernel/errors.ts';
import type { Ids } from '../../kernel/id.ts';
import type { Log } from '../../kernel/log.ts';
import { RequestFailure } from './failure.ts';

/** A file that a person gave and has not confirmed yet, in a folder that nobody else of this machine can read. */
export interface Upload {
  readonly id: string;
  readonly path: string;
  /** Whose it is; null: the only account. */
  readonly account: string | null;
}

export interface UploadLimits {
  readonly bytes: number;
  /** For all of it. */
  readonly ms: number;
  /** Without a byte. */
  readonly idleMs: number;
}

export interface Uploads {
  /**
   * Writes the bytes as they come. Where too many wait, the oldest is forgotten: a page that was closed cannot do so. Errors: `limit_exceeded` for what is
   * too large (413), too slow (400), or comes beside too many others (429); `bad_input` for what ends too early or is nothing. What was written of it
   * is removed.
   */
  take(name: string, account: string | null, body: ReadableStream<Uint8Array> | null, signal: AbortSignal): Promise<Upload>;
  /** Errors: `not_found`. */
  of(id: string): Upload;
  /** It is read from now on, and stays until what this returns is called. Errors: `not_found`. */
  hold(id: string): () => void;
  /** Errors: `lease_held` while it is held. One that is not there is none. */
  remove(id: string): Promise<void>;
  /** Removes all. */
  close(): Promise<void>;
}

/** The extended history of a long life is some 100 MB. */
const LIMITS: UploadLimits = { bytes: 1024 * 1024 * 1024, ms: 15 * 60_000, idleMs: 30_000 };
const MOST_UPLOADS = 3;
const KEPT_MS = 60 * 60_000;

/** What may be the name of a file here: imports go by it, and show it. */
function safeName(name: string): string {
  const last = (name.split(/[/\\]/).at(-1) ?? '').replace(/[\p{Cc}\p{Cf}<>:"|?*]/gu, '').slice(0, 100);
  if (/^[^.].*\.(zip|json)$/i.test(last)) return last;
  throw new PipelineError(`${JSON.stringify(name.slice(0, 100))} is no name of an export`, {
    code: 'bad_input',
    hint: 'Give the zip as it was downloaded, or a .json file out of it.',
  });
}

/** The rest of the name: which process it is of, and letters. In a container each one has the same number as the one before it. */
const FOLDERS = 'tonearm-upload-';
const THIS_PROCESS = `${process.pid}-${randomBytes(4).toString('hex')}`;

/** Removes what processes left that were killed: the history of a person is not to lie about. What cannot be removed stays. */
export async function removeLeftUploads(tempFolder: string, log: Log): Promise<void> {
  for (const name of await readdir(tempFolder)) {
    const whose = name.startsWith(FOLDERS) ? /^(\d+)-[0-9a-f]{8}(?=-)/.exec(name.slice(FOLDERS.length)) : null;
    if (whose === null || whose[0] === THIS_PROCESS) continue;
    const pid = Number(whose[1]);
    if (pid !== process.pid && isAlive(pid)) continue;
    await rm(join(tempFolder, name), { recursive: true, force: true }).catch((error: unknown) =>
      log.warn('an upload that was left could not be removed', { cause: String(error) }),
    );
  }
}

/** Also where it is of somebody else, or has the number of one that ended. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}

export function createUploads({
  clock,
  ids,
  log,
  tempFolder,
  limits = LIMITS,
}: {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  /** Each upload has a folder of its own there. */
  readonly tempFolder: string;
  readonly limits?: UploadLimits;
}): Uploads {
  const kept = new Map<string, { readonly upload: Upload; readonly folder: string; readonly forget: AbortController }>();
  const held = new Set<string>();
  let coming = 0;

  async function forget(id: string): Promise<void> {
    const found = kept.get(id);
    if (found === undefined) return;
    kept.delete(id);
    found.forget.abort();
    await rm(found.folder, { recursive: true, force: true });
  }

  async function remove(id: string): Promise<void> {
    if (held.has(id)) throw new PipelineError('the upload is being imported', { code: 'lease_held', hint: 'Stop the import first.' });
    await forget(id);
  }

  /** Whether one more may come; what has to go for it is forgotten at once, and removed beside it. */
  function makeRoom(): boolean {
    const oldest = [...kept.keys()].find((id) => !held.has(id));
    if (kept.size + coming < MOST_UPLOADS) return true;
    if (oldest === undefined) return false;
    forget(oldest).catch((error: unknown) => log.warn('an upload could not be removed', { cause: String(error) }));
    return true;
  }

  function forgetLater(id: string, signal: AbortSignal): void {
    clock
      .sleep(KEPT_MS, signal)
      .then(() => (held.has(id) ? forgetLater(id, signal) : forget(id)))
      .catch((error: unknown) => {
        if (!signal.aborted) log.warn('an upload could not be removed', { cause: String(error) });
      });
  }

  async function take(name: string, account: string | null, body: ReadableStream<Uint8Array>, signal: AbortSignal): Promise<Upload> {
    const file = safeName(name);
    const folder = await mkdtemp(join(tempFolder, `${FOLDERS}${THIS_PROCESS}-`));
    const path = join(folder, file);
    try {
      await written(body, path, clock, limits, signal);
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
    const upload = { id: ids.runId(), path, account };
    const forgotten = new AbortController();
    kept.set(upload.id, { upload, folder, forget: forgotten });
    forgetLater(upload.id, forgotten.signal);
    return upload;
  }

  function of(id: string): Upload {
    const found = kept.get(id);
    if (found !== undefined) return found.upload;
    throw new PipelineError('there is no such upload', {
      code: 'not_found',
      hint: `It is forgotten after an hour, or when ${MOST_UPLOADS} came after it: give the file again.`,
    });
  }

  return {
    take: async (name, account, body, signal) => {
      if (body === null) throw empty();
      safeName(name);
      if (!makeRoom()) {
        throw new RequestFailure(429, 'limit_exceeded', `${MOST_UPLOADS} uploads come already`, 'Wait until one of them is there.');
      }
      coming += 1;
      try {
        return await take(name, account, body, signal);
      } finally {
        coming -= 1;
      }
    },
    of,
    hold: (id) => {
      held.add(of(id).id);
      return () => held.delete(id);
    },
    remove,
    close: async () => {
      for (const id of [...kept.keys()]) await forget(id);
    },
  };
}

const empty = (): PipelineError => new PipelineError('the upload is empty', { code: 'bad_input', hint: 'Choose the file again.' });

/** No more than the limits, and no more in memory than one piece of it. */
async function written(
  body: ReadableStream<Uint8Array>,
  path: string,
  clock: Clock,
  limits: UploadLimits,
  signal: AbortSignal,
): Promise<void> {
  const reader = body.getReader();
  const file = await open(path, 'wx', 0o600);
  const deadline = clock.now().getTime() + limits.ms;
  let bytes = 0;
  try {
    for (;;) {
      const { done, value } = await nextOf(reader, clock, Math.min(limits.idleMs, deadline - clock.now().getTime()), signal);
      if (done) break;
      bytes += value.byteLength;
      if (bytes > limits.bytes) {
        const hint = 'Use `tonearm import` on the machine of the lake, which has no such limit.';
        throw new RequestFailure(413, 'limit_exceeded', `an upload is ${limits.bytes / 1024 / 1024} MB at most`, hint);
      }
      await file.writeFile(value);
    }
    if (bytes === 0) throw empty();
  } catch (error) {
    // The rest of it is nobody's any more.
    await reader.cancel().catch(() => undefined);
    throw error instanceof PipelineError ? error : new PipelineError('the upload ended too early', { code: 'bad_input', cause: error });
  } finally {
    await file.close();
  }
}

async function nextOf(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  clock: Clock,
  ms: number,
  signal: AbortSignal,
): ReturnType<typeof reader.read> {
  const came = new AbortController();
  const late = clock.sleep(Math.max(0, ms), AbortSignal.any([came.signal, signal])).then(() => {
    throw new RequestFailure(400, 'limit_exceeded', 'the upload is too slow', 'Try again over a better connection.');
  });
  const read = reader.read();
  // Whichever of the two comes second is of no interest.
  read.catch(() => undefined);
  late.catch(() => undefined);
  try {
    return await Promise.race([read, late]);
  } finally {
    came.abort();
  }
}
