/** A year of a machine that nobody looks after: its schedule runs, the world goes wrong, and now and then a person does something. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { JobReport } from '../src/pipeline/schedule/answers.ts';
import { select } from './lake-facts.ts';
import { never } from './sample-account.ts';
import { type YearExports, yearExports } from './year-exports.ts';
import { DAY_MS, type YearPlan } from './year-plan.ts';
import { createYearWorld, SEED, type YearWorld } from './year-world.ts';

/** What was the case at some moment. */
export interface Look {
  readonly day: number;
  /** Of ada: UTC days with what coverage says of them. */
  readonly days: ReadonlyMap<string, string>;
  /** UTC days of plays that recently-played could have shown, that no answer showed, and that no export reaches. */
  readonly lostDays: ReadonlySet<string>;
  /** `played_at` of ada's plays in the tables, and of those that answers showed. */
  readonly polled: readonly string[];
  readonly shown: readonly string[];
  /** `played_at` of all that recently-played could show, the oldest first. */
  readonly showable: readonly string[];
  /** By track. */
  readonly isrcs: ReadonlyMap<string, string>;
}

export interface Month {
  readonly day: number;
  readonly polls: number;
  readonly heapMb: number;
  readonly externalMb: number;
  readonly seconds: number;
}

export interface Life extends YearWorld {
  readonly exports: YearExports;
  readonly reports: readonly JobReport[];
  readonly months: readonly Month[];
  readonly beforeField: Look;
  /** Before and after each export, and at the end. */
  readonly looks: readonly Look[];
}

interface Step {
  readonly on: number;
  act(): Promise<void> | void;
}

const MB = 1024 * 1024;

// What is only waiting to be collected says nothing about memory.
setFlagsFromString('--expose_gc');
const collectGarbage: () => void = runInNewContext('gc');

/** Lives through the plan; the months are told as they pass. */
export async function live(plan: YearPlan, tell: (month: Month) => void): Promise<Life> {
  const world = createYearWorld(plan);
  const { app, clock, simulator } = world;
  const exports = yearExports(simulator, SEED);
  const reports: JobReport[] = [];
  const months: Month[] = [];
  const looks: Look[] = [];
  const beforeField: Look[] = [];
  const timeOf = (day: number): number => plan.from.getTime() + day * DAY_MS;
  const began = performance.now();

  const look = async (): Promise<Look> => lookAt(world, exports, (clock.now().getTime() - plan.from.getTime()) / DAY_MS);
  const bringExport = async (): Promise<void> => {
    expectDone((await app.build(never)).outcomes);
    looks.push(await look());
    const paths = await exports.ask(clock.now(), world.folder);
    expectDone((await app.importFiles(paths, { account: 'ada' }, never)).outcomes);
    looks.push(await look());
  };
  const endMonth = async (): Promise<void> => {
    await world.emptyCache();
    collectGarbage();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    const polls = reports.filter(({ name }) => name === 'listening').length;
    const day = (clock.now().getTime() - plan.from.getTime()) / DAY_MS;
    const month = { day, polls, heapMb: heapUsed / MB, externalMb: arrayBuffers / MB, seconds: (performance.now() - began) / 1000 };
    months.push(month);
    tell(month);
  };

  const steps: Step[] = [
    ...plan.troubles.map(({ on, faults }) => ({ on, act: () => world.troubles(faults) })),
    { on: plan.removedOn, act: () => world.forGood({ match: '/v1/me/following', kind: 'removed', times: null }) },
    {
      on: plan.fieldGoneOn,
      act: async () => {
        expectDone((await app.build(never)).outcomes);
        beforeField.push(await look());
        for (const match of ['/v1/me/tracks', '/v1/me/player']) {
          world.forGood({ match, kind: 'field_gone', field: 'external_ids', times: null });
        }
      },
    },
    ...plan.loginsOn.map((on) => ({ on, act: () => world.login('ada') })),
    ...plan.asleep.map(({ from, to }) => ({ on: from, act: () => clock.set(new Date(timeOf(to))) })),
    ...plan.exportsOn.map((on) => ({ on, act: bringExport })),
    ...Array.from({ length: Math.floor(plan.days / plan.lookEvery) }, (_, month) => ({ on: (month + 1) * plan.lookEvery, act: endMonth })),
  ].sort((a, b) => a.on - b.on);

  clock.set(plan.loggedInAt);
  await world.login('ada');
  clock.set(plan.from);
  for (const { on, act } of [...steps, { on: plan.days, act: () => undefined }]) {
    await world.keepUntil(timeOf(on), (report) => reports.push(report));
    await act();
  }
  expectDone((await app.build(never)).outcomes);
  looks.push(await look());
  const [first] = beforeField;
  if (first === undefined) throw new Error('the plan has no field that goes');
  return { ...world, exports, reports, months, looks, beforeField: first };
}

function expectDone(outcomes: readonly unknown[]): void {
  if (outcomes.length > 0) throw new Error(JSON.stringify(outcomes));
}

async function lookAt({ app, simulator }: YearWorld, exports: YearExports, day: number): Promise<Look> {
  const ada = simulator.truth().accounts.find(({ name }) => name === 'ada');
  if (ada === undefined) throw new Error('the world has no ada');
  const showable = ada.plays.filter(({ isShowable }) => isShowable);
  const first = showable.findIndex(({ wasShown }) => wasShown);
  const lost = showable.slice(first).filter(({ wasShown, playedAt }) => !wasShown && Date.parse(playedAt) > exports.until());
  // What was played in the last hour may still be shown.
  const last = showable.findLastIndex(({ wasShown }) => wasShown);
  const missed = lost.filter((play) => showable.indexOf(play) < last);
  const polled = await select(
    app,
    `select distinct strftime(ended_from, '%Y-%m-%dT%H:%M:%S.%gZ') as t from play_evidence where origin = 'recently_played' order by 1`,
  );
  const days = await select(app, `select day::varchar, state from coverage where account_id = 'ada'`);
  const isrcs = await select(app, 'select track_id, isrc from tracks where isrc is not null');
  return {
    day,
    days: new Map(days.map(([date, state]) => [String(date), String(state)])),
    lostDays: new Set(missed.map(({ playedAt }) => playedAt.slice(0, 10))),
    polled: polled.map(([at]) => String(at)),
    shown: ada.plays.filter(({ wasShown }) => wasShown).map(({ playedAt }) => playedAt),
    showable: showable.map(({ playedAt }) => playedAt).sort(),
    isrcs: new Map(isrcs.map(([id, isrc]) => [String(id), String(isrc)])),
  };
}
