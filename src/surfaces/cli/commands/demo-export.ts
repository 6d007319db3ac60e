import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { App } from '../../../pipeline/app.ts';
import type { RunSummary } from '../cli.ts';

type Simulator = ReturnType<typeof import('../../../../simulator/simulator.ts')['createSimulator']>;

/** How the sample export is odd: as real ones are, but for what only a later request sets right. */
const QUIRKS = 'duplicates,near_copies,shared_ts,relinked,null_uris,placeholders,ms_timestamps,zero_ms';
const LIMITS = { rows: 1_000_000, bytes: 512 * 1024 * 1024, ms: 60_000 };

export interface Ordered {
  readonly account: string;
  readonly until: Date;
}

/** What a listener played, and what the lake says of it. */
export interface Found {
  readonly account: string;
  /** Plays in the export, and those that polls showed after it. */
  readonly played: number;
  readonly found: number;
  readonly lost: number;
  readonly invented: number;
}

export interface ImportedSample {
  readonly summary: RunSummary;
  /** Names of the archives. */
  readonly archives: readonly string[];
  /** Holds the lake to the truth; to be asked when the last poll is in the tables. */
  readonly found: () => Promise<Found>;
}

/**
 * Has the simulated Spotify write the privacy export of one of its accounts as of `until`, with two kinds of data that were asked for
 * together, and imports it. The archives are gone afterwards.
 */
export async function importSampleExport(
  app: App,
  simulator: Simulator,
  { account, until }: Ordered,
  signal: AbortSignal,
): Promise<ImportedSample> {
  const [{ makeExports }, { createZipSink }, { quirksFrom }, { listeningOf }] = await Promise.all([
    import('../../../../simulator/export/export.ts'),
    import('../../../../simulator/export/sink.ts'),
    import('../../../../simulator/export/quirks.ts'),
    import('../../../../simulator/listener/paced.ts'),
  ]);
  const listener = simulator.listeners.find((one) => one.account.name === account);
  if (listener === undefined) throw new Error(`the sample has no account ${account}`);
  const folder = await mkdtemp(join(tmpdir(), 'tonearm-demo-'));
  const played: string[] = [];
  try {
    const { packages } = await makeExports(
      {
        ...{ world: simulator.world, listening: listeningOf(listener), until: until.getTime(), quirks: quirksFrom(QUIRKS) },
        forms: ['extended', 'account'],
        packageName: (form) => (form === 'extended' ? 'my_spotify_history.zip' : 'my_spotify_data.zip'),
      },
      {
        sink: createZipSink(folder, until),
        play: ({ ts, msPlayed, evidence }) => {
          if (ts !== null && evidence.length > 0) played.push(keyOf(Date.parse(ts), msPlayed));
        },
      },
    );
    const archives = packages.map((one) => one.package);
    const paths = archives.map((name) => join(folder, name));
    const summary = await app.importFiles(paths, { account }, signal);
    return { summary, archives, found: () => heldToTruth(app, account, [...played, ...polledSince(simulator, account, until)], signal) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const keyOf = (endedAt: number, msPlayed: number | null): string => `${endedAt} ${msPlayed ?? ''}`;

/** What polls alone have shown has no length. */
function polledSince(simulator: Simulator, name: string, until: Date): readonly string[] {
  const plays = simulator.truth().accounts.find((account) => account.name === name)?.plays ?? [];
  return plays.flatMap(({ wasShown, playedAt }) =>
    wasShown && Date.parse(playedAt) > until.getTime() ? [keyOf(Date.parse(playedAt), null)] : [],
  );
}

async function heldToTruth(app: App, account: string, played: readonly string[], signal: AbortSignal): Promise<Found> {
  const wanted = new Map<string, number>();
  for (const key of played) wanted.set(key, (wanted.get(key) ?? 0) + 1);
  const engine = await app.engine();
  let found = 0;
  let invented = 0;
  try {
    const sql = 'select epoch_ms(ended_at), ms_played from plays where account_id = $account';
    const { batches } = await engine.query({ sql, params: { account }, limits: LIMITS, trust: 'ours' }, signal);
    for await (const rows of batches) {
      for (const [endedAt, msPlayed] of rows) {
        const key = keyOf(Number(endedAt), typeof msPlayed === 'number' ? msPlayed : null);
        const left = wanted.get(key) ?? 0;
        found += 1;
        if (left === 0) invented += 1;
        else wanted.set(key, left - 1);
      }
    }
  } finally {
    await engine.close();
  }
  const lost = [...wanted.values()].reduce((sum, left) => sum + left, 0);
  return { account, played: played.length, found, lost, invented };
}

export const isExact = ({ lost, invented }: Found): boolean => lost + invented === 0;

const count = (value: number): string => value.toLocaleString('en-US');

/** One sentence for a person. */
export function foundText(one: Found): string {
  const { account, played, found, lost, invented } = one;
  if (isExact(one)) return `${account} played ${count(played)} times: the lake has ${count(found)} plays, each once\n`;
  return `${account} played ${count(played)} times: the lake has ${count(found)} plays, lacks ${count(lost)} and has ${count(invented)} that were not\n`;
}
