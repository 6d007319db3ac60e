import { createHash } from 'node:crypto';
import type { AccountConfig, Cadence, Config } from '../../config.ts';
import { createWatchStreams } from '../../source/watch-streams.ts';
import { zoneOn } from '../../tables/time-zone.ts';
import type { Rhythm } from './cadence.ts';

/** What is done together, and when. */
export interface Job {
  /** Of the settings: a group, a stream, or `build`, `enrich`, `retain`, `check`. */
  readonly name: string;
  /** Null where it is of no account. */
  readonly account: string | null;
  readonly kind: 'run' | 'build' | 'enrich' | 'retain' | 'check';
  /** Of a run. */
  readonly streams: readonly string[];
  /** Of a run: what it reads waits for the job `build`. */
  readonly landsOnly: boolean;
  readonly rhythm: Rhythm;
}

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const DAILY: Cadence = { everyMs: DAY_MS };

/** "Recently played" holds 50 plays, which an eager listener fills in under three hours. */
const DEFAULTS: Readonly<Record<string, Cadence>> = { listening: { everyMs: 30 * MINUTE_MS }, retain: { everyMs: 7 * DAY_MS } };

const GROUP_OF: Readonly<Record<string, string>> = {
  recently_played: 'listening',
  currently_playing: 'listening',
  top_tracks: 'tops',
  top_artists: 'tops',
  playlists: 'playlists',
};

/** Null: never. Only who asks for `build` has it apart; otherwise each run builds. */
function cadenceOf({ schedule = {} }: Config, name: string): Cadence | null {
  const written = schedule[name];
  if (written !== undefined) return written;
  return name === 'build' ? null : (DEFAULTS[name] ?? DAILY);
}

/** A stream stands by itself where the settings name it, else in its group. */
function groupsOf({ schedule = {} }: Config, account: AccountConfig): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, readonly string[]>();
  for (const stream of account.streams) {
    const name = schedule[stream] === undefined ? (GROUP_OF[stream] ?? 'library') : stream;
    groups.set(name, [...(groups.get(name) ?? []), stream]);
  }
  return groups;
}

/** Everything that these settings ask for, what does not wait first. The client id is in the seeds: other apps ask at other times. */
export function jobsOf(config: Config, now: Date): readonly Job[] {
  const [first] = config.accounts;
  const landsOnly = cadenceOf(config, 'build') !== null;
  const job = (name: string, account: AccountConfig | undefined, kind: Job['kind'], streams: readonly string[]): readonly Job[] => {
    const cadence = cadenceOf(config, name);
    if (cadence === null) return [];
    const seed = createHash('sha256').update(`${config.spotify.clientId} ${account?.name} ${name}`).digest('hex');
    const timeZone = zoneOn((account ?? first)?.timeZone ?? 'UTC', now);
    return [{ name, account: account?.name ?? null, kind, streams, landsOnly, rhythm: { cadence, timeZone, seed } }];
  };
  const runs = config.accounts.flatMap((account) =>
    [...groupsOf(config, account)].flatMap(([name, streams]) => job(name, account, 'run', streams)),
  );
  const watched = config.watch === null ? [] : Object.keys(createWatchStreams(config.watch));
  const keepsForEver = Object.values(config.retention).every((months) => months === null);
  return [
    ...runs.filter(({ name }) => name === 'listening'),
    ...runs.filter(({ name }) => name !== 'listening'),
    ...(watched.length === 0 ? [] : job('watch', first, 'run', watched)),
    ...job('build', undefined, 'build', []),
    ...job('enrich', undefined, 'enrich', []),
    ...(keepsForEver ? [] : job('retain', undefined, 'retain', [])),
    ...job('check', undefined, 'check', []),
  ];
}
