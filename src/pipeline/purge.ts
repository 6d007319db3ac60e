import { PipelineError } from '../kernel/errors.ts';
import { suggestion } from '../kernel/nearest.ts';
import type { RawObject } from '../landing/raw.ts';
import type { Receipt, RemovalNote, Removed } from '../landing/removals.ts';
import type { Removal, RemovalChoice, RemovalSelection } from './answers.ts';
import { underLease } from './at-work.ts';
import type { Context } from './context.ts';
import { finishRemovals, removeState, removeStrays, rowsOf } from './removal.ts';
import { isExpired } from './retain.ts';

/** Lost races for the next number before giving up; each is another removal's success. */
const ATTEMPTS = 10;

const lastPart = (name: string): string => name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('!')) + 1);

function isMeant({ key, sha256, runId, name }: RawObject, asked: string): boolean {
  if (key === asked || sha256 === asked.toLowerCase() || runId === asked) return true;
  return name !== null && (name === asked || lastPart(name) === asked || name.startsWith(`${asked}!`));
}

function chooses(context: Context, choice: RemovalChoice): (raw: RawObject) => boolean {
  if (choice.verb === 'purge') return ({ account }) => account === choice.account;
  if (choice.verb === 'forget') return (raw) => isMeant(raw, choice.name);
  const now = context.clock.now();
  return (raw) => isExpired(raw, context.config.retention, now);
}

interface Selected {
  /** Every landing note of every raw object that is chosen, by whichever of its notes. */
  readonly landed: readonly RawObject[];
  readonly told: RemovalSelection;
  /** Names that could have been meant. */
  readonly names: readonly string[];
}

async function select(context: Context, choice: RemovalChoice): Promise<Selected> {
  const isChosen = chooses(context, choice);
  const notes = new Map<string, RawObject[]>();
  const chosen = new Set<string>();
  const names = new Set<string>();
  for await (const raw of context.landing.landed()) {
    const same = notes.get(raw.key);
    if (same === undefined) notes.set(raw.key, [raw]);
    else same.push(raw);
    if (isChosen(raw)) chosen.add(raw.key);
    if (raw.name !== null) names.add(raw.name);
  }
  const landed = [...chosen].flatMap((key) => notes.get(key) ?? []);
  const objects = [...chosen].flatMap((key) => notes.get(key)?.slice(-1) ?? []);
  return { landed, told: selectionOf(objects), names: [...names] };
}

function selectionOf(objects: readonly RawObject[]): RemovalSelection {
  const streams = new Map<string, RemovalSelection['streams'][number]>();
  for (const { account, stream, bytes } of objects) {
    const id = `${account}/${stream}`;
    const sum = streams.get(id) ?? { account, stream, rawObjects: 0, bytes: 0 };
    streams.set(id, { ...sum, rawObjects: sum.rawObjects + 1, bytes: sum.bytes + bytes });
  }
  return {
    rawObjects: objects.length,
    bytes: objects.reduce((sum, { bytes }) => sum + bytes, 0),
    streams: [...streams].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, sum]) => sum),
    files: objects.flatMap(({ name }) => name ?? []).sort(),
  };
}

/** A name that meets nothing is more likely a slip of the pen than a wish already fulfilled. */
function checkFound(context: Context, choice: RemovalChoice, { told, names }: Selected, { closed }: Removed): void {
  if (told.rawObjects > 0 || choice.verb === 'retain') return;
  if (choice.verb === 'forget') {
    throw new PipelineError(`nothing in raw is called ${choice.name}`, {
      code: 'not_found',
      hint:
        suggestion(choice.name, names) ??
        'Give the name of an imported file, its sha256, or the id of a run; `tonearm status` shows the last one.',
    });
  }
  const known = context.config.accounts.map(({ name }) => name);
  if (known.includes(choice.account) || closed.has(choice.account)) return;
  throw new PipelineError(`there is no account ${choice.account}, in the settings or in the lake`, {
    code: 'not_found',
    hint: suggestion(choice.account, known) ?? `accounts are: ${known.join(', ')}`,
  });
}

type Wish = Pick<RemovalNote, 'verb' | 'account' | 'landed' | 'rawObjects' | 'bytes'>;

function closedAfter(before: ReadonlySet<string>, { verb, account }: Wish): readonly string[] {
  const closed = new Set(before);
  if (account !== null && verb === 'purge') closed.add(account);
  if (account !== null && verb === 'readmit') closed.delete(account);
  return [...closed].sort();
}

async function writeNote(context: Context, runId: string, wish: Wish): Promise<void> {
  const head = await context.catalog.ground();
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const removed = await context.removals.read();
    // A lake that was restored without its notes still must not take this removal for one that it knows.
    const known = Math.max(removed.requires, head.removals ?? 0);
    const requires = wish.verb === 'readmit' ? removed.requires : known + 1;
    const closed = [...closedAfter(removed.closed, wish)];
    const note = {
      ...wish,
      landed: [...wish.landed],
      at: context.clock.now().toISOString(),
      runId,
      closed,
      requires,
      rows: [...rowsOf(head)],
    };
    if ((await context.removals.write(removed.number, note)) === 'written') return;
  }
  throw new PipelineError(`other removals were first ${ATTEMPTS} times`, {
    code: 'conflict',
    retryable: true,
    hint: 'Run the command again.',
  });
}

function wishOf(choice: RemovalChoice, { landed, told: { rawObjects, bytes } }: Selected): Wish {
  const counts = { rawObjects, bytes };
  if (choice.verb === 'purge') return { verb: 'purge', account: choice.account, landed: [], ...counts };
  return { verb: choice.verb, account: null, landed: landed.map(({ landedId, key }) => ({ landedId, key })), ...counts };
}

async function confirmed(context: Context, choice: RemovalChoice, runId: string, signal: AbortSignal): Promise<Removal> {
  const earlier = await finishRemovals(context, runId, signal);
  const removed = await context.removals.read();
  const selected = await select(context, choice);
  if (earlier.length === 0) checkFound(context, choice, selected, removed);
  const isOpen =
    choice.verb === 'purge' && !removed.closed.has(choice.account) && !earlier.some(({ account }) => account === choice.account);
  if (selected.told.rawObjects === 0 && !isOpen) {
    await removeStrays(context);
    return { confirmed: true, selected: selected.told, receipts: earlier };
  }
  await writeNote(context, runId, wishOf(choice, selected));
  const receipts: readonly Receipt[] = await finishRemovals(context, runId, signal);
  return { confirmed: true, selected: selected.told, receipts: [...earlier, ...receipts] };
}

/**
 * Removes inputs: all of an account, which is closed from then on (`purge`); an import, by file or by run (`forget`); what is older than the
 * settings keep it (`retain`). The tables afterwards are those of a rebuild from what is left. Without `confirmed` it only looks. A removal that
 * died is finished first, so the same call again ends it. Costs a rebuild.
 *
 * Errors: `not_found` for a name that meets nothing; `lease_held`; those of a build: the removal then stands as a note, and is finished by the
 * next run, import, rebuild or removal.
 */
export async function purge(
  context: Context,
  choice: RemovalChoice,
  options: { readonly confirmed: boolean },
  signal: AbortSignal,
): Promise<Removal> {
  if (options.confirmed) {
    const runId = context.ids.runId();
    return underLease(context, choice.verb, runId, (working) => confirmed(working, choice, runId, signal));
  }
  const selected = await select(context, choice);
  checkFound(context, choice, selected, await context.removals.read());
  return { confirmed: false, selected: selected.told, receipts: [] };
}

/**
 * Lets a purged account be read and imported again, from nothing: what a slow process brought in since the purge, and where its streams stood,
 * is removed first. Errors: `not_found` for an account that was not purged; `lease_held`.
 */
export async function readmit(context: Context, account: string, signal: AbortSignal): Promise<Removal> {
  const runId = context.ids.runId();
  return underLease(context, 'readmit', runId, async (working) => {
    const earlier = await finishRemovals(working, runId, signal);
    const { closed } = await working.removals.read();
    if (!closed.has(account)) {
      if (earlier.some((one) => one.verb === 'readmit' && one.account === account))
        return { confirmed: true, selected: selectionOf([]), receipts: earlier };
      const hint = closed.size === 0 ? 'No account was purged.' : `Purged accounts are: ${[...closed].join(', ')}`;
      throw new PipelineError(`account ${account} was not purged`, { code: 'not_found', hint });
    }
    await removeStrays(working);
    await removeState(working, account);
    await writeNote(working, runId, { verb: 'readmit', account, landed: [], rawObjects: 0, bytes: 0 });
    return { confirmed: true, selected: selectionOf([]), receipts: [...earlier, ...(await finishRemovals(working, runId, signal))] };
  });
}
