import { describe, expect, it } from 'vitest';
import { createSystemClock } from '../../kernel/clock.ts';
import { asPipelineError, PipelineError } from '../../kernel/errors.ts';
import { createIds } from '../../kernel/id.ts';
import type { RunLive, RunSummary } from './answers.ts';
import { createWaitingClock } from './waiting-clock.ts';
import { createWork } from './work.ts';

const clock = createSystemClock();
const never = new AbortController().signal;
const SUMMARY = { runId: 'r', outcome: 'done' } as RunSummary;
const RUN = { verb: 'run', isDryRun: false } as const;

function newWork() {
  const told: RunLive[] = [];
  const shown = (error: unknown) => {
    const { code, message, hint } = asPipelineError(error);
    return { code, message, hint };
  };
  const work = createWork({ clock, ids: createIds(clock), shown, tell: (live) => told.push(live), onEnd: async () => undefined });
  return { work, told };
}
const progress = (step: string, done: number) => ({ step, account: 'ada', done, total: null, unit: 'requests' as const });

describe('work', () => {
  it('is told as it goes on, now and then and not each time, and in full at its end', async () => {
    const { work, told } = newWork();
    const { done } = work.start(RUN, async () => {
      for (let at = 1; at <= 1_000; at += 1) work.progress(progress('saved_tracks', at));
      await clock.sleep(5, never);
      work.progress(progress('recently_played', 1));
      return SUMMARY;
    });
    expect(await done).toMatchObject({ state: 'done', summary: SUMMARY, steps: [{ done: 1_000 }, { step: 'recently_played' }] });
    expect(told.length).toBeLessThan(6);
    expect([told[0]?.state, told.at(-1)?.state]).toEqual(['running', 'done']);
    work.progress(progress('late', 1));
    expect(work.live()?.steps).toHaveLength(2);
  });

  it('is one thing at a time, and says why it failed', async () => {
    const { work } = newWork();
    const first = work.start(RUN, () => Promise.reject(new PipelineError('the disk is full', { code: 'storage' })));
    expect(() => work.start(RUN, async () => SUMMARY)).toThrow('another run is at work');
    expect(await first.done).toMatchObject({ state: 'failed', summary: null, error: { code: 'storage', message: 'the disk is full' } });
    expect(() => work.cancel()).toThrow('nothing is at work');
    expect(await work.start(RUN, async () => SUMMARY).done).toMatchObject({ state: 'done' });
  });

  it('of the schedule is told with it, and is not cancelled by a page', () => {
    const { work } = newWork();
    work.jobBegan();
    expect(work.live()).toMatchObject({ verb: 'schedule', state: 'running' });
    expect(() => work.cancel()).toThrow('a job of the schedule is at work');
    expect(() => work.start(RUN, async () => SUMMARY)).toThrow('a job of the schedule is at work');
    work.jobEnded('deferred', SUMMARY, null);
    expect(work.live()).toMatchObject({ state: 'deferred', waiting: null });
  });

  it('that waits for Spotify says until when, and no more once that is over', async () => {
    const { work } = newWork();
    const waits: (string | null)[] = [];
    const told = createWaitingClock({ now: clock.now, sleep: async () => undefined }, (until) => {
      work.waits(until);
      waits.push(work.live()?.waiting?.until ?? null);
    });
    const { done } = work.start(RUN, async () => {
      await told.sleep(500, never);
      await told.sleep(30_000, never);
      return SUMMARY;
    });
    expect(await done).toMatchObject({ state: 'done', waiting: null });
    expect(waits).toEqual([expect.stringMatching(/^20\d\d-/), null]);
  });
});
