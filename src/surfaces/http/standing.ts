import type { Clock } from '../../kernel/clock.ts';
import type { App } from '../../pipeline/app.ts';
import { lakeName } from '../../pipeline/lake-heading.ts';
import type { LakeVersion } from '../../pipeline/lake-version.ts';
import type { PipelineAnswer, StatusAnswer } from './answers.ts';
import type { LakeWatch } from './lake-watch.ts';
import { createLately } from './lately.ts';

/** How the lake stands: as of some seconds ago at most, unless nobody has asked for a minute. */
export interface Standing extends Pick<PipelineAnswer, 'status' | 'freshness'> {
  readonly quarantined: number;
}

export interface StandingOptions {
  readonly app: App;
  readonly lake: LakeWatch;
  readonly clock: Clock;
}

const FRESH_MS = 5_000;
const OLD_MS = 60_000;

/** What is still to be described is counted over all plays and lists, which takes a second of a large lake. */
export function createStanding({ app, lake, clock }: StandingOptions): () => Promise<Standing> {
  const lately = createLately<Standing>({ clock, freshMs: FRESH_MS, oldMs: OLD_MS });
  const keyOf = ({ catalog, rules, run }: LakeVersion): string => `${catalog.version} ${run} ${rules}`;

  async function find(): Promise<Standing> {
    const { signal } = new AbortController();
    const [status, freshness, quarantined] = await Promise.all([
      statusOf(app),
      app.freshness({ maxAgeMs: null, stream: null }, signal),
      app.quarantined({ stream: null, code: null, limit: 1 }, signal),
    ]);
    return { status, freshness, quarantined: quarantined.total.records };
  }

  return async () => {
    const found = await lately(keyOf(await lake.current()), find);
    const now = clock.now().getTime();
    const aged = found.freshness.map((one) => ({ ...one, ageMs: one.newestAt === null ? null : now - Date.parse(one.newestAt) }));
    return { ...found, freshness: aged };
  };
}

/** Without where the lake lies, and what its files are called. */
async function statusOf(app: App): Promise<StatusAnswer> {
  const { catalog, ...status } = await app.status();
  const { version, committedAt, runId, contract, rules } = catalog;
  return { ...status, lake: lakeName(status.lake), catalog: { version, committedAt, runId, contract, rules } };
}
