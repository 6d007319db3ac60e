import { describe, expect, it } from 'vitest';
import { createVirtualClock } from '../../kernel/clock.ts';
import { createMessages, progressText } from './messages.ts';

const event = { step: 'saved_tracks', account: 'me', done: 1200, total: null, unit: 'records' as const };

/** A terminal that keeps what was written, and a clock to turn. */
function terminal(columns: number, isLive = true) {
  const clock = createVirtualClock(new Date('2026-11-21T10:00:00Z'));
  const written: string[] = [];
  const stderr = {
    write: (text: string) => void written.push(text),
    isTerminal: true,
    columns,
    isOpen: () => true,
    drained: async () => undefined,
  };
  return { clock, written, messages: createMessages(stderr, clock, isLive) };
}

const shown = (text: string): string => text.replace('\r\u001b[2K', '');

describe('progress', () => {
  it('is told in words, with the rate and the time left where they are known', () => {
    expect(progressText(event, null)).toBe('saved_tracks (me): 1,200 records');
    expect(progressText({ ...event, account: null, total: 2000 }, null)).toBe('saved_tracks: 1,200 of 2,000 records');
    const texts = [
      [
        { ...event, total: 2000 },
        { perSecond: 123.4, secondsLeft: 6.5 },
      ],
      [event, { perSecond: 0.25, secondsLeft: null }],
      [
        { ...event, total: 9000 },
        { perSecond: 1, secondsLeft: 7800 },
      ],
      [
        { ...event, unit: 'bytes' as const, total: 64_000_000 },
        { perSecond: 1_400_000, secondsLeft: 600 },
      ],
    ] as const;
    expect(texts.map(([given, pace]) => progressText(given, pace).slice('saved_tracks (me): '.length))).toEqual([
      '1,200 of 2,000 records, 120/s, 7 s left',
      '1,200 records, 0.25/s',
      '1,200 of 9,000 records, 1/s, 2 h 10 min left',
      '1.2 kB of 64 MB, 1.4 MB/s, 10 min left',
    ]);
  });

  it('counts the rate of each step from its own beginning', () => {
    const { clock, written, messages } = terminal(80);
    messages.progress({ ...event, done: 0, total: 100 });
    clock.advance(500);
    messages.progress({ ...event, done: 10, total: 100 });
    clock.advance(1_500);
    messages.progress({ ...event, done: 40, total: 100 });
    messages.progress({ ...event, step: 'build', done: 5, total: 10 });
    expect(written.map(shown)).toEqual([
      'saved_tracks (me): 0 of 100 records',
      'saved_tracks (me): 10 of 100 records',
      'saved_tracks (me): 40 of 100 records, 20/s, 3 s left',
      'build (me): 5 of 10 records',
    ]);
  });

  it('is one line on a terminal that gives way to others, and nothing elsewhere', () => {
    const { written, messages } = terminal(20);
    messages.progress(event);
    messages.progress({ ...event, done: 1300 });
    messages.line('landed');
    messages.clear();
    expect(written.join('')).toBe('\r\u001b[2Ksaved_tracks (me):…\r\u001b[2Klanded\n');
    const silent = terminal(20, false);
    silent.messages.progress(event);
    expect(silent.written).toEqual([]);
  });

  it('fits the line in cells, not in letters', () => {
    const { written, messages } = terminal(12);
    messages.progress({ ...event, step: '群青日和のうた' });
    expect(shown(written.join(''))).toBe('群青日和の…');
  });
});
