import { createHash, randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { PipelineError } from '../kernel/errors.ts';
import type { RawObject } from '../landing/raw.ts';
import { readRawText } from '../landing/raw-reader.ts';
import { isHistoryStream } from '../source/export/history-contract.ts';
import { refuseUnknown } from './accounts.ts';
import type { EvidenceExported, EvidenceExportOptions, EvidenceFile } from './answers.ts';
import type { Context } from './context.ts';
import { addressless } from './evidence-export-addresses.ts';
import { createPollNames, historyPaths } from './evidence-export-names.ts';
import { polledBodies } from './evidence-export-polls.ts';

const POLLS = 'recently_played';

const README = `What you listened to, as Tonearm has it from Spotify: every record that its table of plays is made of.
A folder for each account; in it

Spotify Extended Streaming History, Spotify Account Data
    Files of streaming history in Spotify's own format and under Spotify's names, as you imported them. Where several packages were
    imported, each has a folder of its own, since their files are called alike.
Recently Played
    What the Web API answered when it was asked for the plays of that time, one answer a file. When it was asked stands in the file's
    name and in the file ("observed_at", UTC).

Into a new lake, account by account:

    tonearm import <this folder>/<account> --account <account>

The table of plays is the same there. Files whose form Tonearm does not know, lists and libraries are not in this folder.
The streaming history holds what Spotify knows of each play, such as IP addresses; "export evidence --without-addresses" leaves those out.
`;

interface Target {
  /** Where the files are put together, until all are whole. */
  readonly partial: string;
  readonly out: string;
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function cannotWrite(path: string, error: unknown): PipelineError {
  if (error instanceof PipelineError) return error;
  const hint = 'Is it a place that you may write to, with room enough?';
  return new PipelineError(`cannot write ${path}: ${reasonOf(error)}`, { code: 'storage', hint, cause: error });
}

/** Only a folder that is empty, or not there, is taken: nothing of the person's is replaced or mixed with what is old. */
async function openTarget(to: string, lake: string): Promise<Target> {
  const out = resolve(to);
  if (`${out}${sep}`.startsWith(`${resolve(lake)}${sep}`)) {
    throw new PipelineError(`${out} lies inside the lake`, {
      code: 'usage',
      hint: 'The lake keeps its own files only: name another place.',
    });
  }
  const info = await stat(out).catch(() => null);
  const isTaken = info !== null && (!info.isDirectory() || (await readdir(out)).length > 0);
  if (isTaken)
    throw new PipelineError(`${out} is there already`, { code: 'usage', hint: 'Name an empty folder, or one that is not there.' });
  const partial = join(dirname(out), `.${basename(out)}.${randomBytes(4).toString('hex')}.partial`);
  try {
    await mkdir(partial, { recursive: true });
  } catch (error) {
    throw cannotWrite(out, error);
  }
  return { partial, out };
}

async function finish({ partial, out }: Target): Promise<void> {
  await rmdir(out).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw cannotWrite(out, error);
  });
  await rename(partial, out);
}

/** Files of history and objects of polls, in the order of landing, each once. */
async function evidenceObjects({ landing }: Context, account: string | null): Promise<readonly RawObject[]> {
  const found = new Map<string, RawObject>();
  for await (const raw of landing.landed()) {
    const isEvidence = isHistoryStream(raw.stream) || raw.stream === POLLS;
    if (!isEvidence || (account !== null && raw.account !== account)) continue;
    if (found.has(raw.key) || (await landing.exists(raw.key))) found.set(raw.key, raw);
  }
  return [...found.values()];
}

async function write({ partial }: Target, path: string, chunks: AsyncIterable<Uint8Array | string>): Promise<number> {
  const target = join(partial, ...path.split('/'));
  await mkdir(dirname(target), { recursive: true });
  await pipeline(Readable.from(chunks), createWriteStream(target, { flags: 'wx' }));
  return (await stat(target)).size;
}

/** The looks of one account that are written already. */
interface Polls {
  readonly nameOf: ReturnType<typeof createPollNames>;
  readonly sha256: Set<string>;
}

const newPolls = (account: string): Polls => ({ nameOf: createPollNames(account), sha256: new Set() });

/** Equal answers are looks of their own, but the same bytes would be imported once: white space tells them apart. */
function unlikeOthers(body: Buffer, sha256: Set<string>): Buffer {
  const id = createHash('sha256').update(body).digest('hex');
  if (sha256.has(id)) return unlikeOthers(Buffer.concat([body, Buffer.from('\n')]), sha256);
  sha256.add(id);
  return body;
}

async function writePolls(context: Context, target: Target, raw: RawObject, polls: Polls): Promise<readonly EvidenceFile[]> {
  const files: EvidenceFile[] = [];
  for await (const { observedAt, body } of polledBodies(context.store, raw)) {
    const path = polls.nameOf(observedAt);
    const bytes = await write(target, path, Readable.from([unlikeOthers(body, polls.sha256)]));
    files.push({ account: raw.account, stream: raw.stream, path, bytes });
  }
  return files;
}

async function writeAll(
  context: Context,
  target: Target,
  raws: readonly RawObject[],
  keepsAddresses: boolean,
  signal: AbortSignal,
): Promise<readonly EvidenceFile[]> {
  const paths = historyPaths(raws.filter(({ stream }) => isHistoryStream(stream)));
  const pollsOf = new Map<string, Polls>();
  const files: EvidenceFile[] = [];
  for (const [at, raw] of raws.entries()) {
    signal.throwIfAborted();
    const { account, stream, key } = raw;
    const path = paths.get(key);
    const polls = pollsOf.get(account) ?? newPolls(account);
    pollsOf.set(account, polls);
    if (path === undefined) files.push(...(await writePolls(context, target, raw, polls)));
    else {
      const text = readRawText(context.store, key);
      files.push({ account, stream, path, bytes: await write(target, path, keepsAddresses ? text : addressless(text)) });
    }
    context.progress({ step: 'export', account, done: at + 1, total: raws.length, unit: 'files' });
  }
  await writeFile(join(target.partial, 'README.txt'), README);
  return files;
}

/**
 * Writes every record that plays are made of to a folder, in the forms in which `import` takes them: files of streaming history byte for byte,
 * and what was polled as answers with the time at which it was asked. Imported into an empty lake with the same settings they give the same
 * `plays`, `polls` and `coverage`. The folder appears whole or not at all.
 *
 * Errors: `usage` for an unknown account and a place that is taken or inside the lake, `not_found` for an account without evidence, `storage` where it cannot be
 * written, `corrupt` where raw is damaged.
 */
export async function exportEvidence(context: Context, options: EvidenceExportOptions, signal: AbortSignal): Promise<EvidenceExported> {
  const { account, keepsAddresses } = options;
  const raws = await evidenceObjects(context, account);
  if (account !== null && raws.length === 0) {
    await refuseUnknown(context, account, signal);
    const hint = 'tonearm status says what the lake holds; accounts are called as in the settings.';
    throw new PipelineError(`there is nothing that ${account} played`, { code: 'not_found', hint });
  }
  const target = await openTarget(options.to, context.config.lake);
  try {
    const files = await writeAll(context, target, raws, keepsAddresses, signal);
    await finish(target);
    return { folder: target.out, keepsAddresses, files };
  } catch (error) {
    await rm(target.partial, { recursive: true, force: true });
    throw signal.aborted ? error : cannotWrite(target.out, error);
  }
}
