import { describe, expect, it } from 'vitest';
import { PipelineError } from '../../kernel/errors.ts';
import { NO_RECORDS, outcomeOf, summarise } from '../summary.ts';
import type { Job } from './jobs.ts';
import { troublesOf } from './trouble.ts';
import { type Turn, takeTurn, type Work } from './turn.ts';

const NOW = new Date('2026-03-02T12:00:00Z');
const never = new AbortController().signal;
const rhythm = { cadence: { everyMs: 1 }, timeZone: 'UTC', seed: '' };
const CHECK: Job = { name: 'check', account: null, kind: 'check', streams: [], landsOnly: false, rhythm };
const LIBRARY: Job = { name: 'library', account: 'ada', kind: 'run', streams: ['saved_tracks'], landsOnly: false, rhythm };

const comparison = { catalogVersion: 1, landed: 2, consumed: 2, waiting: [], missed: [], gone: [], unnoted: [] };
const unused = () => Promise.reject(new Error('not asked for'));
const workOf = (work: Partial<Work>): Work => ({
  ...{ run: unused, build: unused, enrich: unused, remove: unused, compareRaw: async () => comparison, schemaDrift: async () => [] },
  ...work,
});
const said = (job: Job, turn: Turn, failures = 0) => troublesOf(job, turn, failures, null, NOW);

describe('a turn tells a person', () => {
  it('of a stream that is closed, and of records that could not be placed', async () => {
    const closed = { account: 'ada', stream: 'saved_shows', requests: 1, outcome: 'unavailable', error: null } as const;
    const facts = { runId: 'run-1', verb: 'run', startedAt: NOW, finishedAt: NOW, built: null, files: [], outcomes: [] } as const;
    const summary = summarise({ ...facts, streams: [closed] });
    const odd = { ...closed, ...NO_RECORDS, stream: 'saved_tracks', outcome: 'done', read: 3, kept: 1, quarantined: 2 } as const;
    const turn = await takeTurn(workOf({ run: async () => ({ ...summary, streams: [...summary.streams, odd] }) }), LIBRARY, never);
    expect(turn).toMatchObject({ outcome: 'done', exitCode: 0 });
    expect(said(LIBRARY, turn)).toMatchObject([
      { event: 'stream_unavailable', account: 'ada', isDaily: false, details: { stream: 'saved_shows' } },
      { event: 'quarantine_rose', account: 'ada', isDaily: true, details: { stream: 'saved_tracks', quarantined: 2, runId: 'run-1' } },
    ]);
  });

  it('at once where raw and the tables differ, and not where raw waits for the next build', async () => {
    const turnWith = (more: Partial<Awaited<ReturnType<Work['compareRaw']>>>) =>
      takeTurn(workOf({ compareRaw: async () => ({ ...comparison, ...more }) }), CHECK, never);
    expect(said(CHECK, await turnWith({ waiting: ['raw/a'] }), 1)).toEqual([]);
    const differing = await turnWith({ gone: ['raw/a', 'raw/b'] });
    expect(differing).toMatchObject({ outcome: 'failed', exitCode: 3 });
    expect(said(CHECK, differing, 1)).toMatchObject([
      { event: 'check_failed', account: null, message: 'raw and the tables differ: 2 in the tables and no longer in raw' },
    ]);
  });

  it('of a job that fails from the third time on', async () => {
    const turn = await takeTurn(workOf({ run: () => Promise.reject(new Error('broken')) }), LIBRARY, never);
    expect(turn).toMatchObject({ outcome: 'failed', exitCode: 1, problem: { code: 'internal' } });
    expect([1, 2, 3].map((failures) => said(LIBRARY, turn, failures).map(({ event }) => event))).toEqual([[], [], ['run_failed']]);
  });

  it('of a pause only where it is longer than a day', () => {
    const pause = (retryAt: string): Turn => {
      const problem = outcomeOf(new PipelineError('wait', { code: 'quota_exceeded', retryAt: new Date(retryAt) }));
      return { outcome: 'deferred', exitCode: 5, problem, summary: null, did: '', drift: [] };
    };
    expect(said(LIBRARY, pause('2026-03-03T11:00:00Z'))).toEqual([]);
    expect(said(LIBRARY, pause('2026-03-03T13:00:00Z'))).toMatchObject([{ event: 'deferred', account: null }]);
    expect(troublesOf(LIBRARY, pause('2026-03-02T13:00:00Z'), 0, new Date('2026-03-01T12:00:00Z'), NOW)).toHaveLength(1);
  });

  it('of fields that Spotify no longer gives, by their names', async () => {
    const sample = { rawObjects: 1, answers: 1, firstDay: null, lastDay: null };
    const same = { rawObjects: 2, earlier: sample, recent: sample, noticed: [], vanished: [], appeared: [], gone: [], neverSeen: [] };
    const change = { change: 'vanished', lastBefore: null, firstAfter: '2026-03-01', isRead: true } as const;
    const noticed = [
      { ...change, path: 'label', isLoss: true },
      { ...change, path: 'href', isLoss: false },
    ];
    const drift = [
      { ...same, stream: 'albums' },
      { ...same, stream: 'tracks', gone: ['popularity'], noticed },
    ];
    const turn = await takeTurn(workOf({ schemaDrift: async () => drift }), CHECK, never);
    expect(said(CHECK, turn)).toMatchObject([
      { event: 'drift', key: 'drift.tracks.label,popularity', details: { fields: ['label', 'popularity'] } },
    ]);
  });
});
