import { describe, expect, it } from 'vitest';
import { type DatedBody, fieldHistory, NO_HISTORY, withAnswers } from './field-history.ts';

const track = (more: Readonly<Record<string, unknown>> = {}): unknown => ({ track: { id: 'a', name: 'A', ...more } });
const answer = (day: string, ...items: readonly unknown[]): DatedBody => ({ day, body: { items } });
const many = (day: string, count: number, more: Readonly<Record<string, unknown>> = {}): DatedBody =>
  answer(day, ...Array.from({ length: count }, () => track(more)));

const POPULAR = { popularity: 7 };
const known = withAnswers(NO_HISTORY, [many('2026-04-28', 5, POPULAR), many('2026-04-29', 2, POPULAR)]).history;

describe('the history of fields', () => {
  it('has no changes where answers are alike', () => {
    expect(known.changes).toEqual([]);
    expect(withAnswers(known, [many('2026-04-30', 9, POPULAR)]).changes).toEqual([]);
  });

  it('tells once that a field vanished, between which days, and once that it came back', () => {
    const gone = withAnswers(known, [many('2026-05-02', 1)]);
    expect(gone.changes).toEqual([
      { change: 'vanished', path: 'items[].track.popularity', lastBefore: '2026-04-29', firstAfter: '2026-05-02' },
    ]);
    const still = withAnswers(gone.history, [many('2026-05-03', 4)]);
    expect(still.changes).toEqual([]);
    const back = withAnswers(still.history, [many('2026-05-06', 1, POPULAR)]);
    expect(back.changes).toEqual([
      { change: 'appeared', path: 'items[].track.popularity', lastBefore: '2026-05-03', firstAfter: '2026-05-06' },
    ]);
    expect(back.history.changes).toHaveLength(2);
  });

  it('tells a field that vanished between two answers of one run, by the day of the first one without it', () => {
    const { changes } = withAnswers(known, [many('2026-05-01', 3, POPULAR), many('2026-05-01', 3)]);
    expect(changes).toMatchObject([{ change: 'vanished', lastBefore: '2026-05-01', firstAfter: '2026-05-01' }]);
  });

  it('tells that a field appeared, without those below it', () => {
    const { changes } = withAnswers(known, [many('2026-05-01', 1, { ...POPULAR, mood: { name: 'calm' } })]);
    expect(changes).toEqual([{ change: 'appeared', path: 'items[].track.mood', lastBefore: '2026-04-29', firstAfter: '2026-05-01' }]);
  });

  it('takes for no change what objects lack now and then', () => {
    const mixed = withAnswers(known, [answer('2026-05-01', track(POPULAR), track())]).history;
    expect(withAnswers(mixed, [many('2026-05-02', 3)]).changes).toEqual([]);
    expect(withAnswers(mixed, [many('2026-05-02', 300)]).changes).toMatchObject([{ change: 'vanished', path: 'items[].track.popularity' }]);
  });

  it('takes nothing from empty lists, objects that are null, episodes and local files', () => {
    const episode = { track: { id: 'e', type: 'episode', show: {} } };
    const local = { track: { id: null, is_local: true } };
    expect(withAnswers(known, [answer('2026-05-01'), answer('2026-05-01', { track: null }, episode, local)]).changes).toEqual([]);
  });

  it('says nothing of a place where too few objects were met', () => {
    const few = withAnswers(NO_HISTORY, [many('2026-04-28', 4, POPULAR)]).history;
    expect(withAnswers(few, [many('2026-05-01', 4)]).changes).toEqual([]);
  });

  it('keeps what its schema reads again', () => {
    expect(fieldHistory.parse(JSON.parse(JSON.stringify(known)))).toEqual(known);
  });
});
