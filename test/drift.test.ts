import { rm } from 'node:fs/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { FaultInput } from '../simulator/http/faults.ts';
import type { Log } from '../src/kernel/log.ts';
import type { App, RunOptions } from '../src/pipeline/app.ts';
import { createApp } from '../src/pipeline/wiring.ts';
import { never, type SampleAccount, SILENT, sampleAccount } from './sample-account.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const everything = { accounts: [], streams: [] };
const samples: SampleAccount[] = [];

/** Of the end of April; what it logs is in `told`. */
function inApril(mode: 'development' | 'extended'): SampleAccount & { readonly told: string[] } {
  const sample = sampleAccount({
    ...{ mode, streams: ['saved_tracks', 'recently_played'], artists: 20, playsPerDay: 8, joinedOn: '2026-04-01' },
    startsAt: new Date('2026-04-28T12:00:00Z'),
  });
  samples.push(sample);
  const told: string[] = [];
  const log: Log = { ...SILENT, warn: (message) => told.push(message) };
  return { ...sample, app: createApp(sample.config, { ...sample.effects, log }), told };
}

afterEach(async () => {
  for (const { config } of samples.splice(0)) await rm(config.lake, { recursive: true, force: true });
});

async function onDays(
  { app, clock, simulator }: SampleAccount,
  days: number,
  faults: readonly FaultInput[],
  options: RunOptions = everything,
): Promise<readonly string[]> {
  simulator.faults.set(faults);
  const warnings: string[] = [];
  for (let day = 0; day < days; day += 1) {
    const summary = await app.run(options, never);
    expect(summary.outcome).toBe('done');
    warnings.push(...summary.warnings);
    clock.advance(DAY_MS);
  }
  return warnings;
}

async function answered(app: App, sql: string): Promise<readonly unknown[]> {
  const engine = await app.engine();
  const { batches } = await engine.query({ sql, params: {}, limits: { rows: 1000, bytes: 1_000_000, ms: 60_000 }, trust: 'ours' }, never);
  const rows: unknown[] = [];
  for await (const batch of batches) rows.push(...batch);
  await engine.close();
  return rows;
}

const isrcs = (app: App): Promise<readonly unknown[]> =>
  answered(
    app,
    "select track_id, isrc from tracks join saved_items on item_uri = 'spotify:track:' || track_id where isrc is not null order by 1",
  );

/** Every list without the field, as from one day on. */
const withoutIds: FaultInput[] = ['/me/tracks', '/me/player'].map((match) => ({
  match,
  times: null,
  kind: 'field_gone',
  field: 'external_ids',
}));

describe('a field that Spotify no longer gives', () => {
  it('is told once, by the run of that day; the diff names field, stream and day; the tables keep what they knew', {
    timeout: 120_000,
  }, async () => {
    const sample = inApril('development');
    const { app, told } = sample;
    expect(await onDays(sample, 3, [])).toEqual([]);
    const before = await isrcs(app);
    expect(before.length).toBeGreaterThan(5);

    const [saved, played, ...more] = [...(await onDays(sample, 1, withoutIds))].sort().reverse();
    expect(more).toEqual([]);
    expect(saved).toMatch(
      /^saved_tracks: Spotify gives items\[\]\.track\.external_ids no longer, since 2026-05-01 \(last seen 2026-04-30\)/,
    );
    expect(played).toMatch(/^recently_played: .* since 2026-05-01/);
    expect(told.filter((message) => message.includes('external_ids'))).toHaveLength(2);
    expect(await onDays(sample, 2, withoutIds)).toEqual([]);
    expect(told.filter((message) => message.includes('external_ids'))).toHaveLength(2);

    const [drift] = await app.schemaDrift({ stream: 'saved_tracks' }, never);
    expect(drift?.noticed).toMatchObject([
      { change: 'vanished', path: 'items[].track.external_ids', lastBefore: '2026-04-30', firstAfter: '2026-05-01', isLoss: true },
    ]);
    expect(await isrcs(app)).toEqual(before);

    expect(await onDays(sample, 1, [])).toEqual([]);
    const [back] = await app.schemaDrift({ stream: 'saved_tracks' }, never);
    expect(back?.noticed.at(-1)).toMatchObject({ change: 'appeared', lastBefore: '2026-05-03', firstAfter: '2026-05-04', isLoss: false });
  });

  it('is dated from raw alone where nothing was noted', { timeout: 120_000 }, async () => {
    const sample = inApril('development');
    const landing = { ...everything, landOnly: true };
    await onDays(sample, 4, [], landing);
    await onDays(sample, 4, withoutIds, landing);
    await rm(`${sample.config.lake}/state`, { recursive: true });
    const [drift] = await createApp(sample.config, sample.effects).schemaDrift({ stream: 'recently_played' }, never);
    expect(drift?.noticed).toEqual([]);
    const changed = { lastBefore: '2026-05-01', firstAfter: '2026-05-02' };
    expect(drift?.vanished.map((field) => [field.path, field.changed])).toEqual([
      ['items[].track.external_ids', changed],
      ['items[].track.external_ids.isrc', changed],
    ]);
  });

  it('is no warning where nothing changed, in extended mode either', async () => {
    expect(await onDays(inApril('extended'), 4, [])).toEqual([]);
  });
});
