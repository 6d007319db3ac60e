import type { Listening } from '../listener/paced.ts';
import { createPlayedAt } from '../listener/played-at.ts';
import { DAY_MS, dayFrom, milliText } from '../world/calendar.ts';
import type { World } from '../world/world.ts';
import { type Form, isExtended } from './forms.ts';
import { createKeeper, type KeptPlay } from './kept-play.ts';
import { type OpenPlay, openPlay } from './open-play.ts';
import { type OpenPackage, openPackage } from './package.ts';
import { createTouches, isRepeated, type Quirks, webApiOptionsFor } from './quirks.ts';
import type { PackageRequest } from './rows.ts';
import { createMemorySink, type ExportSink } from './sink.ts';
import { createTally } from './tally.ts';
import { timed } from './timing.ts';
import type { ExportedPlay, ExportManifest, ExportTruth } from './truth.ts';

export interface ExportOptions {
  readonly world: World;
  readonly listening: Listening;
  /** The moment of the last request, in milliseconds. */
  readonly until: number;
  readonly forms: readonly Form[];
  readonly quirks: Quirks;
  /** What a package is called; the form and, from 0, which request of it; `1-extended` if not given. */
  readonly packageName?: (form: Form, nth: number) => string;
  /** Sizes of full files, where they are not to be Spotify's. */
  readonly mostBytes?: number;
  readonly mostRows?: number;
}

export interface ExportTarget {
  readonly sink: ExportSink;
  /** Told of each play once, when all files with a record of it are written: not in order. */
  readonly play: (play: ExportedPlay) => void;
  /** Told now and then how many plays there were so far; a promise is waited for. */
  readonly breathe?: (plays: number) => Promise<void>;
}

/** Of all that was played by then, when each of several overlapping exports was requested. */
const OVERLAPPING = [0.45, 0.8, 1];
const BREATHE_EVERY = 5_000;

/**
 * Writes the packages that Spotify would hand out to an account, and tells the truth about them. The same world, account, moment, forms and
 * quirks give the same bytes. Memory: the rows of one file per series, however long the history.
 */
export async function makeExports(options: ExportOptions, target: ExportTarget): Promise<ExportManifest> {
  const { world, listening, until, quirks } = options;
  const { account } = listening;
  const touches = createTouches(`${world.seed}/${account.name}`, quirks);
  const tally = createTally(createPlayedAt(world.seed, webApiOptionsFor(quirks).latePlayedAt), target.play);
  const shared = { world, account, quirks, touches, sink: target.sink, closed: tally.closed };
  const sizes = {
    ...(options.mostBytes === undefined ? {} : { mostBytes: options.mostBytes }),
    ...(options.mostRows === undefined ? {} : { mostRows: options.mostRows }),
  };
  const requests = requestsOf(options);
  const packages = requests.map((request) => openPackage({ ...shared, ...sizes }, request));
  const groups = createGroups(options.forms.some(isExtended));
  const keep = createKeeper(world, quirks, touches);
  const marked = createLoopMarks(world, quirks);
  const open = [...packages];
  let count = 0;
  for (const one of timed(listening.plays(until), touches)) {
    const kept = marked(keep(one));
    await endPassed(open, kept.ts, listening);
    const { play, finished } = groups.place(kept);
    for (const done of finished) tally.completed(done);
    for (const each of open) {
      const closing = each.add(play, kept);
      if (closing !== null) await closing;
    }
    count += 1;
    if (count % BREATHE_EVERY === 0) await target.breathe?.(count);
  }
  for (const done of groups.rest()) tally.completed(done);
  await endPassed(open, Number.POSITIVE_INFINITY, listening);
  await target.sink.finish();
  return {
    seed: world.seed,
    account: account.name,
    packages: requests.map(({ name, form, at }) => ({ package: name, form, requestedAt: milliText(at) })),
    ...tally.result(),
  };
}

/** The same in memory, for tests: `files` by the name that the evidence gives. */
export async function exportTruth(
  options: ExportOptions,
): Promise<{ readonly truth: ExportTruth; readonly files: ReadonlyMap<string, Buffer> }> {
  const sink = createMemorySink();
  const plays: ExportedPlay[] = [];
  const manifest = await makeExports(options, {
    sink,
    play: (play) => {
      plays.push(play);
    },
  });
  return { truth: { ...manifest, plays: plays.sort((a, b) => a.n - b.n) }, files: sink.files };
}

/** What is asked for, in the order of the moments. */
export function requestsOf({ listening, until, forms, quirks, packageName }: ExportOptions): readonly PackageRequest[] {
  const start = dayFrom(listening.account.joinedOn) * DAY_MS;
  const moments = (isRepeated(quirks) ? OVERLAPPING : [1]).map((share) => Math.floor((start + share * (until - start)) / 1000) * 1000);
  const nameOf = packageName ?? ((form, nth) => `${nth + 1}-${form}`);
  return moments.flatMap((at, nth) => forms.map((form) => ({ name: nameOf(form, nth), form, at, before: moments[nth - 1] ?? null, nth })));
}

/** Ends the packages that were requested before `ts`; they are in order. */
async function endPassed(open: OpenPackage[], ts: number | null, listening: Listening): Promise<void> {
  for (let [first] = open; first !== undefined && ts !== null && first.request.at < ts; [first] = open) {
    const { at } = first.request;
    await first.end(() => listening.library(at));
    open.shift();
  }
}

interface Groups {
  /** The play that this one is, and those of an earlier ts. */
  place(kept: KeptPlay): { readonly play: OpenPlay; readonly finished: readonly OpenPlay[] };
  rest(): readonly OpenPlay[];
}

/** Plays of one ts, among which those that no field of the extended history tells apart are one. */
function createGroups(merges: boolean): Groups {
  let group = new Map<string, OpenPlay>();
  let ts: number | null = null;
  let n = 0;
  return {
    place: (kept) => {
      const finished = kept.ts === ts && ts !== null ? [] : [...group.values()];
      if (finished.length > 0) group = new Map();
      ts = kept.ts;
      const item = kept.uri ?? `${kept.names?.title} ${kept.names?.artist}`;
      const key = merges && ts !== null ? `${kept.msPlayed} ${kept.stamp} ${item}` : String(n);
      const known = group.get(key);
      known?.same.push(kept);
      const play = known ?? openPlay(n++, kept);
      group.set(key, play);
      return { play, finished };
    },
    rest: () => [...group.values()],
  };
}

/** Notes the habit of short loops on the plays that come of it. */
function createLoopMarks({ find }: World, quirks: Quirks): (kept: KeptPlay) => KeptPlay {
  let last: string | null = null;
  return (kept) => {
    const { itemId } = kept.play;
    const isLoop = quirks.short_loops !== undefined && itemId === last && (find.track.get(itemId)?.durationMs ?? 60_000) < 60_000;
    last = itemId;
    return isLoop ? { ...kept, quirks: [...kept.quirks, 'short_loops'] } : kept;
  };
}
