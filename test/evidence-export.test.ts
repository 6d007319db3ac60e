import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { exportTruth } from '../simulator/export/export.ts';
import { listeningOf } from '../simulator/listener/paced.ts';
import type { App } from '../src/pipeline/app.ts';
import type { RunSummary } from '../src/tables/run-summary.ts';
import { select } from './lake-facts.ts';
import { never, newFolder, type SampleAccount, sampleAccount, tableSums } from './sample-account.ts';
import { soak } from './soak.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const SMALL = { mode: 'extended', artists: 20, playsPerDay: 12, joinedOn: '2026-01-10', streams: ['recently_played'] } as const;

/** Tables that say the same of two lakes with the same evidence, down to every column that has no `_`. */
const SAME = ['plays/', 'plays_hourly/', 'plays_yearly/', 'polls/'];
const sums = async (app: App): Promise<readonly string[]> =>
  (await tableSums(app)).filter((sum) => SAME.some((table) => sum.startsWith(table)));
/** Records, also those that share a row. */
const verdicts = (app: App) =>
  select(app, 'select origin, verdict, reason, sum(1 + copy_count)::bigint from play_evidence group by all order by all');
const coverage = (app: App) => select(app, 'select * from coverage order by all');

async function imported(app: App, paths: readonly string[], account: string | null): Promise<RunSummary> {
  const summary = await app.importFiles(paths, { account }, never);
  expect(summary.outcomes).toEqual([]);
  return summary;
}

/** Three packages of the extended history that overlap, each with the short one beside it, and polls before and after the last. */
async function lived(): Promise<{ readonly sample: SampleAccount; readonly folder: string }> {
  const sample = sampleAccount(SMALL);
  const [ada] = sample.simulator.listeners;
  if (ada === undefined) throw new Error('the world has no ada');
  const until = sample.clock.now().getTime() + 10 * DAY_MS;
  const quirks = { overlapping: 1, duplicates: 0.05, null_uris: 0.02, zero_ms: 0.01, differing_detail: 0.05 };
  const sizes = { mostBytes: 600_000, mostRows: 900 };
  const { files } = await exportTruth({
    ...{ world: sample.simulator.world, listening: listeningOf(ada), until, forms: ['extended', 'account'], quirks, ...sizes },
  });
  const folder = newFolder();
  for (const [name, bytes] of files) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), bytes);
  }
  for (const days of [0, 1, 10]) {
    sample.clock.advance(days * DAY_MS);
    expect((await sample.app.run({ accounts: [], streams: [] }, never)).outcomes).toEqual([]);
  }
  // Nothing was played in between: Spotify answers the very same bytes.
  sample.clock.advance(1_000);
  await sample.app.run({ accounts: [], streams: [] }, never);
  return { sample, folder };
}

describe('the evidence of a lake', () => {
  let app: App;
  let original: string;
  beforeAll(async () => {
    const { sample, folder } = await lived();
    [app, original] = [sample.app, folder];
    writeFileSync(join(folder, 'mine.json'), '[{"ts": "2020-01-01T00:00:00Z", "ms_played": "long", "ip_addr": "203.0.113.9"}]');
    await imported(app, [folder], null);
    const body = readFileSync(await pollOf(app), 'utf8');
    writeFileSync(join(folder, 'spotify_raw_2026-03-01 10:23:45.123456.json'), body);
    await imported(app, [join(folder, 'spotify_raw_2026-03-01 10:23:45.123456.json')], null);
  }, 60_000);

  /** Some answer of the lake as a file. */
  async function pollOf(lake: App): Promise<string> {
    const to = join(newFolder(), 'out');
    const { files } = await lake.exportEvidence({ to, account: null, keepsAddresses: true }, never);
    return join(to, files.find(({ stream }) => stream === 'recently_played')?.path ?? '');
  }

  it('is of every kind, with every verdict', async () => {
    const found = (await verdicts(app)).map(([origin, verdict]) => `${origin} ${verdict}`);
    expect(found).toEqual(expect.arrayContaining(['extended_history duplicate', 'account_history merged', 'recently_played merged']));
    expect(found).toContain('recently_played kept');
    expect(await select(app, 'select max(copy_count) > 1 from play_evidence')).toEqual([[true]]);
  });

  it.each(soak([true], [true, false]))(
    'gives the same plays, polls and coverage in an empty lake (with addresses: %s)',
    async (keepsAddresses) => {
      const to = join(newFolder(), 'out');
      const { files } = await app.exportEvidence({ to, account: 'ada', keepsAddresses }, never);
      const { app: again } = sampleAccount(SMALL);
      const summary = await imported(again, [to], 'ada');
      expect(summary.files.filter(({ outcome }) => outcome !== 'landed')).toMatchObject([
        { name: 'out/README.txt', outcome: 'left_alone', note: 'documentation' },
      ]);
      expect(summary.files).toHaveLength(files.length + 1);
      expect(await sums(again)).toEqual(await sums(app));
      expect(await verdicts(again)).toEqual(await verdicts(app));
      expect(await coverage(again)).toEqual(await coverage(app));
      const quarantined = 'select code, field from quarantine order by all';
      expect(await select(again, quarantined)).toEqual(await select(app, quarantined));
      const texts = files.map(({ path }) => readFileSync(join(to, path), 'utf8'));
      expect(texts.some((text) => text.includes('ip_addr'))).toBe(keepsAddresses);
    },
  );

  it('is written as files of Spotify: histories byte for byte, packages apart, answers with their time', async () => {
    const to = join(newFolder(), 'out');
    await app.exportEvidence({ to, account: null, keepsAddresses: true }, never);
    const paths = (await readdir(to, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(to.length + 1));
    expect(paths).toContain('ada/Spotify Extended Streaming History 3/Streaming_History_Audio_2026_0.json');
    expect(paths).toContain('ada/Spotify Account Data 1/StreamingHistory_music_0.json');
    const polls = paths.filter((path) => path.includes('Recently Played'));
    expect(polls).toContain('ada/Recently Played/spotify_raw_2026-03-01T10-23-45.123.json');
    expect(polls).toContain('ada/Recently Played/spotify_raw_2026-03-02T12-00-00.000.json');
    const body = JSON.parse(readFileSync(join(to, 'ada/Recently Played/spotify_raw_2026-03-02T12-00-00.000.json'), 'utf8'));
    expect(body).toMatchObject({ observed_at: '2026-03-02T12:00:00.000Z', items: expect.any(Array) });
    const first = paths.find((path) => path.endsWith('3/Streaming_History_Audio_2026_0.json')) ?? '';
    const source = join(original, '3-extended/Spotify Extended Streaming History/Streaming_History_Audio_2026_0.json');
    expect(readFileSync(join(to, first))).toEqual(readFileSync(source));
  });

  it('goes nowhere where something is, and leaves nothing behind where it fails', async () => {
    const folder = newFolder();
    writeFileSync(join(folder, 'mine.txt'), 'mine');
    const asked = { account: null, keepsAddresses: true };
    await expect(app.exportEvidence({ ...asked, to: folder }, never)).rejects.toMatchObject({ code: 'usage' });
    await expect(app.exportEvidence({ ...asked, to: join(app.config.lake, 'out') }, never)).rejects.toMatchObject({ code: 'usage' });
    await expect(app.exportEvidence({ ...asked, to: join(folder, 'mine.txt', 'out') }, never)).rejects.toMatchObject({ code: 'storage' });
    await expect(app.exportEvidence({ ...asked, account: 'eve', to: join(folder, 'out') }, never)).rejects.toMatchObject({
      code: 'usage',
    });
    const ended = AbortSignal.abort();
    await expect(app.exportEvidence({ ...asked, to: join(folder, 'out') }, ended)).rejects.toBe(ended.reason);
    expect(await readdir(folder)).toEqual(['mine.txt']);
  });
});
