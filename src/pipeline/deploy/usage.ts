import type { AwsConfig, Cadence, Config } from '../../config.ts';
import { nextCron } from '../../kernel/cron.ts';
import { jobsOf } from '../schedule/jobs.ts';

/** What is read again and again, for the estimate. */
export interface Reading {
  readonly name: string;
  readonly startsPerMonth: number;
  /** Answers of Spotify that one start lands: a request and an object of raw each. */
  readonly answers: number;
  readonly seconds: number;
}

export interface Usage {
  readonly readings: readonly Reading[];
  readonly accounts: number;
  readonly architecture: AwsConfig['architecture'];
  /** Bytes of the lake, a year from now, raw and tables. */
  readonly lakeBytes: number;
  readonly queriesPerMonth: number;
  readonly bytesPerQuery: number;
}

const MINUTE_MS = 60_000;
/** A twelfth of a year. */
export const MONTH_MS = 730 * 60 * MINUTE_MS;
/** An answer in raw, as gzip: pages of 50 measured 3 to 8 kB. */
const ANSWER_BYTES = 6_000;
/** Tables besides raw, for a byte of raw. */
const TABLES_PER_RAW = 0.5;

/** Requests of one start, for a collection of 3,000 saved tracks and 60 playlists of which few change; of what grows nothing, one a list. */
const ANSWERS: Readonly<Record<string, number>> = {
  listening: 1,
  recently_played: 1,
  currently_playing: 1,
  library: 10,
  saved_tracks: 4,
  playlists: 70,
  tops: 6,
  watch: 20,
};
const OTHER_ANSWERS = 2;
/** Of a start that finds its function cold, with the login refreshed and the state read; then of each answer, paced as Spotify likes it. */
const START_SECONDS = 2;
const ANSWER_SECONDS = 0.4;

const secondsOf = (answers: number): number => START_SECONDS + answers * ANSWER_SECONDS;

/** What these settings ask for, with a collection of a usual size. */
export function usageOf(config: Config, now: Date): Usage {
  const architecture = config.aws?.architecture ?? 'arm64';
  const readings = jobsOf(config, now)
    .filter(({ kind }) => kind === 'run')
    .map(({ name, account, rhythm }): Reading => {
      const answers = ANSWERS[name] ?? OTHER_ANSWERS;
      const startsPerMonth = startsOf(rhythm.cadence, now);
      return { name: account === null ? name : `${name} of ${account}`, startsPerMonth, answers, seconds: secondsOf(answers) };
    });
  return {
    readings,
    accounts: config.accounts.length,
    architecture,
    lakeBytes: bytesInAYear(readings),
    queriesPerMonth: 300,
    bytesPerQuery: 50e6,
  };
}

function startsOf(cadence: Cadence, now: Date): number {
  if ('everyMs' in cadence) return Math.round(MONTH_MS / cadence.everyMs);
  let starts = 0;
  for (let next = nextCron(cadence.cron, 'UTC', now); next !== null && next.getTime() <= now.getTime() + MONTH_MS; starts += 1) {
    next = nextCron(cadence.cron, 'UTC', next);
  }
  return starts;
}

/** Unchanged answers are a reference to the ones before them, and weigh next to nothing: a tenth is counted. */
function bytesInAYear(readings: readonly Reading[]): number {
  const answers = readings.reduce((sum, { startsPerMonth, answers: each }) => sum + startsPerMonth * each, 0);
  return answers * 12 * ANSWER_BYTES * 0.1 * (1 + TABLES_PER_RAW);
}

const daily = (name: string, answers: number, starts = 30): Reading => ({
  name,
  startsPerMonth: starts,
  answers,
  seconds: secondsOf(answers),
});
const every = (minutes: number, name: string): Reading => ({
  name,
  startsPerMonth: Math.round(MONTH_MS / (minutes * MINUTE_MS)),
  answers: 1,
  seconds: secondsOf(1),
});
const collection = (whose: string): readonly Reading[] => [
  daily(`library${whose}`, 10),
  daily(`playlists${whose}`, 70),
  daily(`tops${whose}`, 6),
];

const profile = (accounts: number, readings: readonly Reading[], queriesPerMonth: number, bytesPerQuery: number): Usage => ({
  accounts,
  readings,
  architecture: 'arm64',
  lakeBytes: bytesInAYear(readings),
  queriesPerMonth,
  bytesPerQuery,
});

/** One start of a function reads no more than this: it stops a minute before its 15 are over, and the next one goes on. */
const ANSWERS_OF_A_START = Math.floor((14 * 60 - START_SECONDS) / ANSWER_SECONDS);
/** 10,000 playlists: a request for the version of each, and of every fifth, which changed, its pages (3) and its version again. */
const LABEL_ANSWERS = 10_000 + 2_000 * 4;
const LABEL_STARTS = Math.ceil(LABEL_ANSWERS / ANSWERS_OF_A_START);

/** Deployments to compare with. */
export const PROFILES: Readonly<Record<string, { readonly title: string; readonly usage: Usage }>> = {
  listener: {
    title: 'one listener, read every half an hour',
    usage: profile(1, [every(30, 'listening'), ...collection('')], 300, 50e6),
  },
  family: {
    title: 'five listeners, each read every minute',
    usage: profile(
      5,
      [1, 2, 3, 4, 5].flatMap((one) => [every(1, `listening of listener ${one}`), ...collection(` of listener ${one}`)]),
      1_000,
      250e6,
    ),
  },
  label: {
    title: 'a label that watches 10,000 playlists daily',
    usage: profile(1, [daily('watched playlists', Math.ceil(LABEL_ANSWERS / LABEL_STARTS), 30 * LABEL_STARTS)], 3_000, 2e9),
  },
};
