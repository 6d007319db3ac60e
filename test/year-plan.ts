/** What happens in a year that nobody looks after, and in the weeks that stand for it in every run of the tests. */
import type { FaultInput } from '../simulator/http/faults.ts';

const HOUR_MS = 60 * 60 * 1000;
export const DAY_MS = 24 * HOUR_MS;

/** Days are counted from the start, from 0. */
export interface YearPlan {
  readonly from: Date;
  readonly days: number;
  /** The account was there before, and has listened since. */
  readonly joinedOn: string;
  readonly loggedInAt: Date;
  readonly loginEndsOn: number;
  readonly loginsOn: readonly number[];
  readonly troubles: readonly { readonly on: number; readonly faults: readonly FaultInput[] }[];
  readonly removedOn: number;
  readonly fieldGoneOn: number;
  readonly asleep: readonly { readonly from: number; readonly to: number }[];
  readonly exportsOn: readonly number[];
  /** The lake and the process are looked at this often. */
  readonly lookEvery: number;
}

const everything = { match: '/v1' } as const;
const burst: readonly FaultInput[] = [
  { ...everything, kind: 'server_error', times: 12 },
  { ...everything, kind: 'cut_off', times: 3 },
  { ...everything, kind: 'server_error', status: 500, times: 4 },
];
const pauseOfADay: readonly FaultInput[] = [{ ...everything, kind: 'rate_limit', retryAfterSeconds: (24 * HOUR_MS) / 1000 }];
const quota: readonly FaultInput[] = [{ ...everything, kind: 'quota', times: 3 }];

const on = (days: readonly number[], faults: readonly FaultInput[]) => days.map((day) => ({ on: day, faults }));

export const YEAR: YearPlan = {
  ...{ from: new Date('2026-01-01T00:00:00Z'), days: 365, joinedOn: '2025-10-01', lookEvery: 365 / 12 },
  // A login lives for six months: until 2 June, and the one of 9 June until 9 December.
  ...{ loggedInAt: new Date('2025-12-02T09:00:00Z'), loginEndsOn: 152.375, loginsOn: [159.4, 330.7] },
  troubles: [...on([12.3, 100.6, 280.5], burst), ...on([40.2, 130.8, 310.4], pauseOfADay), ...on([20.5, 75.5, 200.3, 300.1], quota)],
  ...{ removedOn: 68.3, fieldGoneOn: 125.3 },
  asleep: [
    { from: 214.4, to: 221.7 },
    { from: 349.2, to: 356.3 },
  ],
  exportsOn: [255.5, 323.5],
};

/** Two long sleeps leave few days to poll; the export closes the first of them. */
export const WEEKS: YearPlan = {
  ...{ from: new Date('2026-01-01T00:00:00Z'), days: 21, joinedOn: '2025-12-01', lookEvery: 7 },
  ...{ loggedInAt: new Date('2025-07-06T09:00:00Z'), loginEndsOn: 5.375, loginsOn: [6.6] },
  troubles: [...on([0.6], burst), ...on([1.3], quota), ...on([1.9], pauseOfADay)],
  ...{ removedOn: 3.2, fieldGoneOn: 3.9 },
  asleep: [
    { from: 7.4, to: 11.7 },
    { from: 13.2, to: 18.2 },
  ],
  exportsOn: [20.5],
};
