import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createVirtualClock } from '../kernel/clock.ts';
import type { RunSummary } from '../tables/run-summary.ts';
import type { ImportOptions } from './app.ts';
import { lakeOfSavedTracks, type TestLake } from './testing.ts';

const never = new AbortController().signal;
const LIMITS = { rows: 100, bytes: 1_000_000, ms: 60_000 };

let lake: TestLake;
let folder: string;
beforeEach(async () => {
  lake = await lakeOfSavedTracks(createVirtualClock(new Date('2026-11-21T08:00:00Z')));
  folder = mkdtempSync(join(tmpdir(), 'tonearm-history-'));
});
afterEach(() => lake.remove());

/** The n-th play of a day of its own. */
function play(n: number, fields: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  const ts = `2020-${String(Math.floor(n / 28) + 1).padStart(2, '0')}-${String((n % 28) + 1).padStart(2, '0')}T10:00:00Z`;
  const uri = `spotify:track:${String(n).padStart(22, '0')}`;
  return { ts, ms_played: 200_000 + n, master_metadata_track_name: `Song ${n}`, spotify_track_uri: uri, ip_addr: '203.0.113.9', ...fields };
}
const plays = (count: number, fields: Readonly<Record<string, unknown>> = {}): readonly Readonly<Record<string, unknown>>[] =>
  Array.from({ length: count }, (_, n) => play(n, fields));

function file(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content, null, 2));
  return path;
}
const importing = (paths: readonly string[], options: Partial<ImportOptions> = {}): Promise<RunSummary> =>
  lake.again().importFiles(paths, { account: null, ...options }, never);

async function rows(sql: string): Promise<readonly (readonly unknown[])[]> {
  const engine = await lake.again().engine();
  try {
    const { batches } = await engine.query({ sql, params: {}, limits: LIMITS, trust: 'ours' }, never);
    const found: (readonly unknown[])[] = [];
    for await (const batch of batches) found.push(...batch);
    return found;
  } finally {
    await engine.close();
  }
}
const tallies = ({ files }: RunSummary): unknown => files.map(({ read, kept, quarantined }) => ({ read, kept, quarantined }));

/** What Spotify showed as the last plays: the track of each number, at the second at which that play of an export ended. */
const poll = (tracks: readonly number[], days: readonly number[]): unknown => ({
  href: 'https://api.spotify.com/v1/me/player/recently-played?limit=50',
  items: tracks.map((n, at) => ({
    track: {
      id: String(n),
      uri: play(n).spotify_track_uri,
      type: 'track',
      name: `Song ${n}`,
      duration_ms: 200_000,
      artists: [],
      album: { artists: [] },
    },
    played_at: String(play(days[at] ?? 0).ts).replace('Z', '.000Z'),
    context: null,
  })),
  next: null,
  cursors: null,
  limit: 50,
});

describe('an export that knows few of the plays polled on its closed days', () => {
  const days = Array.from({ length: 30 }, (_, n) => n + 1);

  it('may be of another person: import and status say so', async () => {
    const polled = file(
      'polled.json',
      poll(
        days.map((n) => n + 100),
        days,
      ),
    );
    const summary = await importing([polled, file('endsong_0.json', plays(60))]);
    expect(summary.warnings).toEqual([expect.stringMatching(/^endsong_0.json knows 0 of the 30 plays of \w+ that were polled/)]);
    expect((await lake.again().status()).warnings).toEqual(summary.warnings);
  });

  it('is taken for granted where it knows half of them', async () => {
    const polled = file(
      'polled.json',
      poll(
        days.map((n) => (n % 2 === 0 ? n : n + 100)),
        days,
      ),
    );
    const summary = await importing([polled, file('endsong_0.json', plays(60))]);
    expect(summary.warnings).toEqual([]);
    expect(summary.files.map(({ merged, filtered }) => ({ merged, filtered }))).toEqual([
      { merged: 15, filtered: 15 },
      { merged: 0, filtered: 0 },
    ]);
  });
});

describe('the records of an export', () => {
  it('are plays, each counted for its file', async () => {
    const summary = await importing([
      file('endsong_0.json', plays(3)),
      file('endsong_1.json', plays(5).slice(3)),
      file('endsong_2.json', []),
    ]);
    expect(tallies(summary)).toEqual([
      { read: 3, kept: 3, quarantined: 0 },
      { read: 2, kept: 2, quarantined: 0 },
      { read: 0, kept: 0, quarantined: 0 },
    ]);
    expect(await rows(`select count(*) from plays where source = 'export'`)).toEqual([[5]]);
  });

  it('at fault are named with file and place, and the others are in', async () => {
    const odd = [play(4, { ts: '1970-01-01T00:00:00Z' }), play(5, { ts: '2100-01-01T00:00:00Z' }), play(6, { ms_played: -1 }), play(7)];
    const cut = JSON.stringify(plays(3), null, 2).slice(0, -80);
    const summary = await importing([file('odd.json', odd), file('cut.json', cut)]);
    expect(tallies(summary)).toEqual([
      { read: 4, kept: 1, quarantined: 3 },
      { read: 3, kept: 2, quarantined: 1 },
    ]);
    const listed = await rows('select file_name, raw_item, code, field, message from quarantine order by file_name desc, raw_item');
    const start = cut.lastIndexOf('{');
    expect(listed).toEqual([
      ['odd.json', 0, 'bad_value', 'ts', expect.stringMatching(/^byte \d+ to \d+: .*found string "1970/)],
      ['odd.json', 1, 'bad_value', 'ts', expect.stringContaining('2100')],
      ['odd.json', 2, 'bad_value', 'ms_played', expect.stringContaining('found number -1')],
      ['cut.json', 2, 'truncated', '', `byte ${start} to ${cut.length - 1}: the file ends before its list does`],
    ]);
    expect(await rows(`select count(*) from plays where source = 'export'`)).toEqual([[3]]);
  });

  it('last 30 days at most, in the models as in the contract; what is longer, negative, a fraction or a text is in no ranking', async () => {
    const month = 30 * 24 * 60 * 60 * 1000;
    const lengths = [month, month + 1, 1e15, -1, 1.5, '1000', null];
    const short = lengths.map((msPlayed, at) => ({ endTime: `2021-03-0${at + 1} 10:00`, artistName: 'a', trackName: `b ${at}`, msPlayed }));
    const summary = await importing([
      file(
        'endsong_0.json',
        lengths.map((ms_played, at) => play(at, { ms_played })),
      ),
      file('StreamingHistory0.json', short),
    ]);
    expect(tallies(summary)).toEqual([
      { read: 7, kept: 1, quarantined: 6 },
      { read: 7, kept: 1, quarantined: 6 },
    ]);
    expect(await rows(`select distinct ms_played from plays where source = 'export'`)).toEqual([[month]]);
  });

  it('are in the tables after an import that was stopped in between, and told of by the next one', async () => {
    const paths = [file('endsong_0.json', plays(3))];
    const stop = new AbortController();
    const stopping = lake.again({ progress: ({ step, done, total }) => step === 'import' && done === total && stop.abort() });
    expect((await stopping.importFiles(paths, { account: null }, stop.signal)).outcome).toBe('cancelled');
    const { files } = await importing(paths);
    expect(files).toMatchObject([{ outcome: 'known', read: 3, kept: 3 }]);
  });

  it('are in no table where the last of them was judged when it was stopped; the history of runs tells of it', async () => {
    const paths = [file('endsong_0.json', plays(3))];
    const stop = new AbortController();
    const stopping = lake.again({ progress: ({ step, done, total }) => step === 'build' && done === total && stop.abort() });
    const stopped = await stopping.importFiles(paths, { account: null }, stop.signal);
    expect(stopped).toMatchObject({ outcome: 'cancelled', exitCode: 1, catalogVersion: null, files: [{ outcome: 'landed' }] });
    expect(await rows(`select count(*) from plays where source = 'export'`)).toEqual([[0]]);
    expect(await rows(`select outcome from runs where run_id = '${stopped.runId}'`)).toEqual([['cancelled']]);
    expect((await importing(paths)).files).toMatchObject([{ outcome: 'known', read: 3, kept: 3 }]);
  });

  it('are one record each in quarantine, whatever number of their fields are at fault', async () => {
    await importing([file('endsong_0.json', [...plays(2), {}])]);
    const { total, rows: faults } = await lake.again().quarantined({ stream: null, code: null, limit: 10 }, never);
    expect(faults.map(({ field }) => field)).toEqual(['ms_played', 'ts']);
    expect(total).toEqual({ faults: 2, records: 1 });
    const { documents } = await lake.again().showQuarantined({ name: 'endsong_0.json', line: null, item: null }, never);
    expect(documents.map(({ faults }) => faults.length)).toEqual([2]);
  });

  it('are told of by a dry run as by the import itself', async () => {
    const paths = [file('endsong_0.json', [...plays(3), play(9, { ms_played: -1 })])];
    const { isDryRun: _, runId: dryId, ...dry } = await importing(paths, { isDryRun: true });
    expect(await rows(`select count(*) from plays where source = 'export'`)).toEqual([[0]]);
    const { runId, ...real } = await importing(paths);
    expect(dryId).not.toBe(runId);
    expect(real).toEqual(dry);
  });
});

describe('an export that names its user', () => {
  beforeEach(async () => {
    await importing([file('endsong_0.json', plays(2, { username: 'ada' }))], { account: 'ada' });
  });

  it('is refused for another account, until that is named', async () => {
    const more = file('endsong_1.json', plays(3, { username: 'ada' }));
    const before = await lake.rawKeys();
    await expect(importing([more])).rejects.toMatchObject({
      code: 'usage',
      message: 'endsong_1.json is an export of ada, whose account here is ada; nothing was imported',
    });
    expect(await lake.rawKeys()).toEqual(before);
    const named = await importing([more], { account: 'me' });
    expect(tallies(named)).toEqual([{ read: 3, kept: 3, quarantined: 0 }]);
    expect(named.warnings).toEqual([
      "endsong_1.json is an export of ada, whose account here is ada; imported as me's all the same, as --account says",
    ]);
    expect((await importing([more], { account: 'ada' })).warnings).toEqual([]);
  });

  it('is refused where the account has exports of another user', async () => {
    const only = { accounts: [{ name: 'ada', refreshToken: null, timeZone: 'UTC', streams: [] }] };
    const bobs = file('endsong_1.json', plays(3, { username: 'bob' }));
    const app = lake.again({}, only);
    await expect(app.importFiles([bobs], { account: null }, never)).rejects.toMatchObject({
      code: 'usage',
      message: 'endsong_1.json is an export of bob, and ada has exports of ada; nothing was imported',
    });
    const adas = file('endsong_2.json', plays(3, { username: 'ada' }));
    expect((await app.importFiles([adas], { account: null }, never)).outcome).toBe('done');
  });
});
