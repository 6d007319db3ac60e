import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LoggedRequest } from '../simulator/http/request-log.ts';
import { readText } from '../src/landing/object-bytes.ts';
import { grouped } from '../src/ledger/grouping.ts';
import type { JobReport } from '../src/pipeline/schedule/answers.ts';
import type { RunSummary } from '../src/tables/run-summary.ts';
import { type Comparison, compared } from './export-comparison.ts';
import { expectWholeCatalog } from './lake-facts.ts';
import { never } from './sample-account.ts';
import { isSoak } from './soak.ts';
import { type Life, type Look, live, type Month } from './year-life.ts';
import { DAY_MS, WEEKS, YEAR } from './year-plan.ts';

const PLAN = isSoak ? YEAR : WEEKS;
/** Requests of a quiet day are some hundred: 48 polls, and the lists. */
const MOST_REQUESTS_A_DAY = 200;
/** An export closes a day of which it has plays a week later, too. */
const DAYS_TO_CLOSE = 8;
const HALF_HOUR_MS = 30 * 60 * 1000;

const [LOGIN = 0] = PLAN.loginsOn;
/** In days, the time to come back counted in: a long pause and a quota that is used up end on the next day. */
const SILENT_SPANS = [
  ...PLAN.asleep,
  { from: PLAN.loginEndsOn, to: LOGIN + 0.1 },
  ...PLAN.troubles.map(({ on }) => ({ from: on - 0.5, to: on + 1.1 })),
];

let life: Life;
let comparison: Comparison;
let runs: readonly RunSummary[];

const say = (text: string): void => {
  if (isSoak) process.stdout.write(`${text}\n`);
};
const sayMonth = ({ day, polls, heapMb, externalMb, seconds }: Month): void =>
  say(
    `day ${day.toFixed(0)}: ${polls} polls, heap ${heapMb.toFixed(0)} MB, lake and buffers ${externalMb.toFixed(0)} MB, ${seconds.toFixed(0)} s`,
  );

const timeOf = (day: number): string => new Date(PLAN.from.getTime() + day * DAY_MS).toISOString();
const within = (time: string, from: number, to: number): boolean => time >= timeOf(from) && time < timeOf(to);
const of =
  (account: string, name: string) =>
  (report: JobReport): boolean =>
    report.account === account && report.name === name;
const statesOf = ({ days }: Look, dates: Iterable<string>): readonly string[] => [
  ...new Set([...dates].map((date) => days.get(date) ?? 'absent')),
];

/** Everything that recently-played still showed at the first poll from that day on is known. */
function expectNewestKnown(day: number): void {
  const [first] = life.reports.filter((report) => of('ada', 'listening')(report) && report.startedAt >= timeOf(day));
  const end = life.looks.at(-1);
  if (first === undefined || end === undefined) throw new Error(`nobody polled after day ${day}`);
  expect(first.outcome).toBe('done');
  const known = new Set(end.polled);
  const newest = end.showable.filter((at) => at <= first.startedAt).slice(-50);
  expect(newest).toHaveLength(50);
  expect(newest.filter((at) => !known.has(at))).toEqual([]);
}

beforeAll(async () => {
  life = await live(PLAN, sayMonth);
  comparison = await compared(life.app, { plays: life.exports.plays(life.clock.now()), sha256: life.exports.sha256 });
  const found: RunSummary[] = [];
  for await (const { key } of life.app.store.list('runs/')) found.push(JSON.parse((await readText(life.app.store, key)) ?? 'null'));
  runs = found;
  if (isSoak) await sayCosts();
}, 7_200_000);
/** What looking at the lake costs at its age. */
async function sayCosts(): Promise<void> {
  const { app } = life;
  const everything = { accounts: [], streams: [] };
  const looks: Readonly<Record<string, () => Promise<unknown>>> = {
    status: () => app.status(),
    plan: () => app.plan(everything),
    'rebuild --check': () => app.compareRaw(),
    'schema diff': () => app.schemaDrift({ stream: null }, never),
    doctor: () => app.doctor({ deep: false }, never),
  };
  for (const [name, look] of Object.entries(looks)) {
    const began = performance.now();
    await look();
    say(`${name}: ${((performance.now() - began) / 1000).toFixed(1)} s`);
  }
}
afterAll(() => life?.remove());

describe(`${PLAN.days} days unattended`, () => {
  it('leave the plays that any answer or file told, each once, and no other', async () => {
    for (const { polled, shown } of life.looks) expect(polled).toEqual(shown.toSorted());
    const closed = comparison.differences.filter(({ isClosed }) => isClosed);
    expect(closed.map(({ about }) => about)).toEqual([]);
    const open = comparison.differences.filter(({ isClosed }) => !isClosed);
    const byQuirk = grouped(open, ({ what, quirks }) => `${what}: ${quirks.join(', ') || 'no quirk'}`);
    say(
      `${comparison.closed} plays on closed days; on open ones ${comparison.open}, of which ${[...byQuirk].map(([quirk, { length }]) => `${length} ${quirk}`).join('; ') || 'none differ'}`,
    );
    // Played without a connection, polled at once, and no export has closed the day: docs/ledger.md, limits.
    expect(open.filter(({ quirks }) => !quirks.includes('offline_flush')).map(({ about }) => about)).toEqual([]);
    expect(comparison.closed + comparison.open).toBeGreaterThan(PLAN.days * 10);
    await expectWholeCatalog(life.app);
  });

  it('have every hole in coverage, until an export fills it', () => {
    const [before, after] = life.looks;
    const end = life.looks.at(-1);
    if (before === undefined || after === undefined || end === undefined) throw new Error('nobody looked');
    for (const look of life.looks) {
      say(`day ${look.day.toFixed(0)}: ${look.lostDays.size} days with plays that nobody was told of: ${[...look.lostDays].join(' ')}`);
      expect(statesOf(look, look.lostDays).filter((state) => !['gap', 'unknown'].includes(state))).toEqual([]);
    }
    expect(before.lostDays.size).toBeGreaterThan(2);
    const [asked = 0] = PLAN.exportsOn;
    const closed = [...before.lostDays].filter((day) => day < timeOf(asked - DAYS_TO_CLOSE).slice(0, 10));
    expect(closed.length).toBeGreaterThan(0);
    expect(statesOf(after, closed)).toEqual(['certain']);
    expect(after.lostDays.size).toBe(0);
    // No alarm is false: a gap lies where nobody polled, from the last play seen before.
    const gaps = [...end.days].filter(([, state]) => state === 'gap' || state === 'unknown').map(([day]) => day);
    const isSilent = (day: string): boolean =>
      SILENT_SPANS.some(({ from, to }) => day >= timeOf(from - 1).slice(0, 10) && day <= timeOf(to).slice(0, 10));
    expect(gaps.filter((day) => !isSilent(day))).toEqual([]);
  });

  it('ask nothing while a pause runs that Spotify asked for, and never much in a day', () => {
    let until = 0;
    for (const { at, path, retryAfterSeconds } of life.simulator.requests()) {
      expect(Date.parse(at), `${path} at ${at}`).toBeGreaterThanOrEqual(until);
      until = Math.max(until, Date.parse(at) + (retryAfterSeconds ?? 0) * 1000);
    }
    expect(until).toBeGreaterThan(0);
    const most = (requests: readonly LoggedRequest[]): number =>
      Math.max(...[...grouped(requests, ({ at }) => at.slice(0, 10)).values()].map(({ length }) => length));
    const requests = life.simulator.requests().filter(({ at }) => at >= timeOf(1));
    const api = most(requests.filter(({ path }) => path.startsWith('/v1')));
    const tokens = most(requests.filter(({ path }) => path === '/api/token'));
    say(`at most ${api} requests and ${tokens} for a token in a day, ${requests.length} in all`);
    expect(api).toBeLessThanOrEqual(MOST_REQUESTS_A_DAY);
    expect(tokens).toBeLessThanOrEqual(2 * 25);
  });

  it('tell once, for each account, that an endpoint is gone; the others go on', async () => {
    const told = runs.flatMap(({ startedAt, warnings }) =>
      warnings.filter((text) => text.startsWith('followed_artists is unavailable')).map(() => startedAt),
    );
    expect(told).toHaveLength(2);
    for (const at of told) expect(within(at, PLAN.removedOn, PLAN.removedOn + 2)).toBe(true);
    const { streams } = await life.app.plan({ accounts: [], streams: ['followed_artists'] });
    for (const { because } of streams)
      expect(because).toMatch(new RegExp(`unavailable since (${told.map((at) => at.slice(0, 10)).join('|')})`));
    const library = life.reports.filter(
      (report) => of('kenji', 'library')(report) && within(report.startedAt, PLAN.removedOn + 1, PLAN.days),
    );
    expect(library.filter(({ outcome }) => outcome === 'done').length).toBeGreaterThan(library.length * 0.7);
  });

  it('tell once that a field is gone, with its day, and empty no column', async () => {
    const told = runs.flatMap(({ startedAt, warnings }) =>
      warnings.filter((text) => text.includes('external_ids no longer')).map((text) => [text.split(':')[0], startedAt] as const),
    );
    expect(told.map(([stream]) => stream).sort()).toEqual(['recently_played', 'saved_tracks']);
    for (const [stream, at] of told) {
      expect(within(at, PLAN.fieldGoneOn, PLAN.fieldGoneOn + 2), `${stream} at ${at}`).toBe(true);
      const [drift] = await life.app.schemaDrift({ stream: String(stream) }, never);
      const path = 'items[].track.external_ids';
      expect(drift?.noticed).toContainEqual(
        expect.objectContaining({ change: 'vanished', path, firstAfter: at.slice(0, 10), isLoss: true }),
      );
    }
    const { isrcs } = life.beforeField;
    expect(isrcs.size).toBeGreaterThan(100);
    const after = life.looks.at(-1)?.isrcs;
    expect([...isrcs].filter(([id, isrc]) => after?.get(id) !== isrc)).toEqual([]);
  });

  it('end with 4 while a login is over, for that account alone, and go on after a new one', () => {
    const over = life.reports.filter(({ startedAt }) => within(startedAt, PLAN.loginEndsOn + 0.05, LOGIN));
    expect(over.filter(({ account }) => account === 'ada').length).toBeGreaterThan(20);
    expect([...new Set(over.filter(({ account }) => account === 'ada').map(({ exitCode }) => exitCode))]).toEqual([4]);
    const others = over.filter(({ account }) => account !== 'ada');
    expect(others.length).toBeGreaterThan(1);
    expect([...new Set(others.map(({ exitCode }) => exitCode))]).toEqual([0]);
    const asked = life.simulator.requests().filter(({ at, account }) => account === 'ada' && within(at, PLAN.loginEndsOn + 0.05, LOGIN));
    expect(asked).toEqual([]);
    expectNewestKnown(LOGIN);
    expect(life.warnings.some((text) => /the login of ada ends on/.test(text))).toBe(true);
  });

  it('catch up with one poll after a sleep', () => {
    for (const { from, to } of PLAN.asleep) {
      const polls = life.reports.filter(of('ada', 'listening'));
      expect(polls.filter(({ startedAt }) => within(startedAt, from + 0.001, to))).toEqual([]);
      const soon = polls.filter(({ startedAt }) => within(startedAt, to, to + HALF_HOUR_MS / DAY_MS / 2));
      expect(soon).toMatchObject([{ outcome: 'done' }]);
      expectNewestKnown(to);
      expect(polls.filter(({ startedAt }) => within(startedAt, to, to + 0.5)).length).toBeLessThanOrEqual(25);
    }
  });

  it('poll every half hour, build once a day, and keep memory flat', () => {
    const awake = PLAN.days - PLAN.asleep.reduce((sum, { from, to }) => sum + to - from, 0);
    const polls = life.reports.filter(of('ada', 'listening'));
    expect(polls.length).toBeGreaterThan(awake * 48 * 0.8);
    const builds = life.reports.filter(({ name }) => name === 'build');
    expect(builds.filter(({ outcome }) => outcome !== 'done')).toEqual([]);
    expect(Math.abs(builds.length - awake)).toBeLessThanOrEqual(PLAN.asleep.length + 2);
    const bad = grouped(
      life.reports.filter(({ outcome }) => outcome !== 'done'),
      ({ name, outcome }) => `${name} ${outcome}`,
    );
    say(`${polls.length} polls, ${builds.length} builds; ${[...bad].map(([what, { length }]) => `${length} ${what}`).join(', ')}`);
    const [first, last] = [life.months.at(isSoak ? 2 : 0), life.months.at(-1)];
    if (first === undefined || last === undefined) throw new Error('no month has passed');
    // The lake, the log of requests and the reports of jobs are in this process, too: some 4 KB for each poll.
    expect(last.heapMb - first.heapMb).toBeLessThan(40 + ((last.polls - first.polls) * 6) / 1024);
  });
});
