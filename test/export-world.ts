/** A simulated account with exports of every form and every quirk, and pipelines that poll it and import them. */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { exportTruth } from '../simulator/export/export.ts';
import { FORMS, isExtended } from '../simulator/export/forms.ts';
import { habitsFor, QUIRKS, webApiOptionsFor } from '../simulator/export/quirks.ts';
import type { ExportedPlay, ExportTruth } from '../simulator/export/truth.ts';
import { listeningOf } from '../simulator/listener/paced.ts';
import { isShown, type Play } from '../simulator/listener/play.ts';
import { createPlayedAt } from '../simulator/listener/played-at.ts';
import { createRandom, type Random } from '../simulator/world/random.ts';
import type { FileSummary } from '../src/tables/run-summary.ts';
import { never, newFolder, type SampleAccount, sampleAccount } from './sample-account.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

export type TruePlay = Pick<ExportedPlay, 'playedAt' | 'ts' | 'uri' | 'title' | 'msPlayed' | 'stamp' | 'quirks' | 'evidence'>;

export interface ExportWorld {
  readonly seed: string;
  readonly truth: ExportTruth;
  /** Plays of the truth, and those after the last request that polls may show. */
  readonly plays: readonly TruePlay[];
  /** Where each file lies, by the name that the truth gives it. */
  readonly paths: ReadonlyMap<string, string>;
  readonly sha256: ReadonlyMap<string, string>;
  /** Moments at which the account is polled. */
  readonly polls: readonly number[];
  /** A pipeline over an empty lake of its own, and the account on its clock. */
  pipeline(): SampleAccount;
}

/** One step of the life of a lake. */
export type Step = { readonly poll: number } | { readonly paths: readonly string[] };

/**
 * Some fourteen months of listening with a year's end and both changes of the clocks in them, three requests for each of the four forms of
 * the export, and polls around the year's end and around the last request.
 */
export async function exportWorld(seed: string): Promise<ExportWorld> {
  const random = createRandom('export world', seed);
  const year = random.between(2016, 2024);
  const joinedOn = `${year}-09-${String(random.between(10, 28))}`;
  const until = Math.floor((Date.parse(joinedOn) + random.between(400, 440) * DAY_MS + random.below(DAY_MS)) / 1000) * 1000;
  const account = {
    ...{ mode: random.pick(['development', 'extended'] as const), seed, artists: 25, joinedOn, streams: ['recently_played'] },
    ...{
      playsPerDay: random.between(6, 9),
      ...habitsFor(QUIRKS),
      ...webApiOptionsFor(QUIRKS),
      startsAt: new Date(`${joinedOn}T12:00:00Z`),
    },
  };
  const { world, listeners } = sampleAccount(account).simulator;
  const [ada] = listeners;
  if (ada === undefined) throw new Error('the world has no ada');
  const polls = pollsOf(random, year, until);
  const sizes = { mostBytes: random.between(200_000, 900_000), mostRows: random.between(400, 1_500) };
  const { truth, files } = await exportTruth({ world, listening: listeningOf(ada), until, forms: FORMS, quirks: QUIRKS, ...sizes });
  const playedAt = createPlayedAt(seed, webApiOptionsFor(QUIRKS).latePlayedAt);
  const later = ada.plays(until, Math.max(...polls)).filter(isShown);
  return {
    ...{ seed, truth, polls },
    plays: [...truth.plays, ...later.map((play) => polledOnly(play, playedAt(play)))],
    paths: written(files),
    sha256: new Map([...files].map(([name, bytes]) => [name, createHash('sha256').update(bytes).digest('hex')])),
    pipeline: () => sampleAccount(account),
  };
}

/** Late on the last day of a year, early on the first, and in the days before and after a request for an export. */
function pollsOf(random: Random, year: number, until: number): readonly number[] {
  const newYear = Date.UTC(year + 1, 0, 1);
  const jitter = (): number => random.below(6 * HOUR_MS);
  return [
    ...[newYear - random.between(2, 40) * MINUTE_MS, newYear + 3 * DAY_MS + jitter()],
    ...[until - 3 * DAY_MS - jitter(), until - random.below(20) * MINUTE_MS, until + DAY_MS + jitter()],
  ];
}

const polledOnly = ({ itemId, msPlayed }: Play, playedAt: number): TruePlay => ({
  ...{ msPlayed, playedAt: [new Date(playedAt).toISOString()], uri: `spotify:track:${itemId}` },
  ...{ ts: null, title: null, stamp: null, quirks: [], evidence: [] },
});

function written(files: ReadonlyMap<string, Buffer>): ReadonlyMap<string, string> {
  const folder = newFolder();
  const paths = new Map<string, string>();
  for (const [name, bytes] of files) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
    paths.set(name, path);
  }
  return paths;
}

/**
 * All polls in their order, and files in an order and in groups that only `order` decides. In `part`, some requests were never made; but
 * never only the later ones of a form, which may have lost what tells two plays apart.
 */
export function stepsOf({ polls, paths, truth, seed }: ExportWorld, order: number, part: boolean): readonly Step[] {
  const random = createRandom('steps', seed, order);
  const requests = new Map(FORMS.map((form) => [form, part ? random.between(isExtended(form) ? 1 : 0, 3) : 3]));
  const wanted = truth.packages.filter(({ package: name, form }) => Number(name[0]) <= (requests.get(form) ?? 0));
  const names = new Set(wanted.map((one) => one.package));
  const groups = Array.from({ length: random.between(1, 3) }, (): string[] => []);
  for (const file of truth.files) {
    if (file.records > 0 && names.has(file.package)) random.pick(groups).push(paths.get(file.file) ?? file.file);
  }
  const steps: Step[] = polls.map((poll) => ({ poll }));
  for (const group of groups.filter(({ length }) => length > 0)) steps.splice(random.below(steps.length + 1), 0, { paths: group });
  return steps;
}

/** Takes the steps; what was said of the files that were read. */
export async function taken({ app, clock }: SampleAccount, steps: readonly Step[]): Promise<readonly FileSummary[]> {
  const files: FileSummary[] = [];
  for (const step of steps) {
    if ('poll' in step) clock.set(new Date(step.poll));
    const everything = { accounts: [], streams: [] };
    const summary = 'poll' in step ? await app.run(everything, never) : await app.importFiles(step.paths, { account: null }, never);
    if (summary.outcomes.length > 0) throw new Error(JSON.stringify(summary.outcomes));
    files.push(...summary.files);
  }
  return files;
}
