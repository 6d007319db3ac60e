import { describe, expect, it } from 'vitest';
import type { Evidence, Verdict } from './evidence.ts';
import { judge } from './ledger.ts';
import { contentOrder, DAY, extended, MINUTE, polled, SECOND, short, sums } from './testing.ts';

const NOON = Date.UTC(2025, 4, 10, 12);
const DAY_OF_NOON = Math.floor(NOON / DAY);
const OPEN: ReadonlySet<number> = new Set();
const CLOSED: ReadonlySet<number> = new Set([DAY_OF_NOON]);

const at = (minutes: number, seconds = 0, ms = 0): number => NOON + minutes * MINUTE + seconds * SECOND + ms;

/** What became of each record, in the order in which the test names them: `kept`, or `verdict reason -> record`. */
function told(records: readonly Evidence[], closed = OPEN): readonly string[] {
  const sorted = [...records].sort(contentOrder);
  const verdicts = judge(sorted, closed);
  const say = ({ verdict, reason, play }: Verdict): string => {
    const target = play === null ? undefined : sorted[play];
    return verdict === 'kept' ? 'kept' : `${verdict} ${reason} -> ${target === undefined ? 'nothing' : records.indexOf(target)}`;
  };
  return records.map((record) => {
    const verdict = verdicts[sorted.indexOf(record)];
    return verdict === undefined ? 'no verdict' : say(verdict);
  });
}

describe('rule 1a: copies of polled records', () => {
  it('are those with the same played_at and URI', () => {
    expect(told([polled('a', at(0)), polled('a', at(0)), polled('b', at(0))])).toEqual(['kept', 'duplicate rule_1a -> 0', 'kept']);
  });

  it('a millisecond apart are no copies', () => {
    expect(told([polled('a', at(0)), polled('a', at(0, 0, 1))])).toEqual(['kept', 'kept']);
  });

  it('without a URI are those with the same names', () => {
    const local = { ...polled('a', at(0)), uri: null };
    expect(told([local, { ...local }, { ...local, titleKey: 'another' }])).toEqual(['kept', 'duplicate rule_1a -> 0', 'kept']);
  });
});

describe('rule 1b: copies in the extended history', () => {
  it('have the same second, item and ms_played, in whichever file', () => {
    expect(told([extended('a', at(0)), extended('a', at(0), { file: 'x2' })])).toEqual(['kept', 'duplicate rule_1b -> 0']);
    expect(told([extended('a', at(0)), extended('a', at(0), { ms: 199_999 })])).toEqual(['kept', 'kept']);
    expect(told([extended('a', at(0)), extended('b', at(0))])).toEqual(['kept', 'kept']);
  });

  it('without a URI join the URI that is the same item', () => {
    expect(told([extended('b', at(0)), extended('a', at(0)), extended('a', at(0), { uri: null, file: 'x2' })])).toEqual([
      'kept',
      'kept',
      'duplicate rule_1b -> 1',
    ]);
  });

  it('without a URI join the first of several', () => {
    const stamps = { first: { stamp: at(-9) }, second: { stamp: at(-5) } };
    const rows = [
      extended('a2', at(0), stamps.second),
      extended('a1', at(0), stamps.first),
      extended('a', at(0), { uri: null, stamp: at(-9), file: 'x2' }),
    ];
    expect(told(rows)).toEqual(['kept', 'kept', 'duplicate rule_1b -> 1']);
  });

  it('without a URI join the first of several that share an artist each', () => {
    const both = { ...extended('b', at(0), { uri: null, file: 'x2' }), titleKey: 'duet', artistKeys: ['artist a', 'artist b'] };
    const songs = [extended('a', at(0), { stamp: at(-9) }), extended('b', at(0), { stamp: at(-5) })].map((record) => ({
      ...record,
      titleKey: 'duet',
    }));
    expect(told([...songs, both])).toEqual(['kept', 'kept', 'duplicate rule_1b -> 0']);
  });

  it('that name nothing at all are one play', () => {
    const nameless = { ...extended('a', at(0)), uri: null, titleKey: null, artistKeys: [] };
    expect(told([nameless, { ...nameless, fileSha256: 'x2' }])).toEqual(['kept', 'duplicate rule_1b -> 0']);
  });

  it('are none where stamps differ: plays without a connection that were told in the same second', () => {
    expect(told([extended('a', at(0), { stamp: at(-9) }), extended('a', at(0), { stamp: at(-5) })])).toEqual(['kept', 'kept']);
  });

  it('without a stamp join the smallest', () => {
    const rows = [extended('a', at(0), { stamp: at(-5) }), extended('a', at(0), { stamp: at(-9) }), extended('a', at(0), { file: 'x2' })];
    expect(told(rows)).toEqual(['kept', 'kept', 'duplicate rule_1b -> 1']);
  });
});

describe('rule 1c: near copies in the extended history', () => {
  it('are at most 30 seconds apart', () => {
    expect(told([extended('a', at(0)), extended('a', at(0, 30), { file: 'x2' })])).toEqual(['kept', 'duplicate rule_1c -> 0']);
    expect(told([extended('a', at(0)), extended('a', at(0, 31), { file: 'x2' })])).toEqual(['kept', 'kept']);
  });

  it('and at most a third of what was played: a loop of short songs stays a loop', () => {
    const ms = 45_000;
    expect(told([extended('a', at(0), { ms }), extended('a', at(0, 15), { ms })])).toEqual(['kept', 'duplicate rule_1c -> 0']);
    expect(told([extended('a', at(0), { ms }), extended('a', at(0, 16), { ms })])).toEqual(['kept', 'kept']);
  });

  it('make a chain that is one play, the earliest', () => {
    const chain = [0, 20, 40, 60].map((seconds) => extended('a', at(0, seconds)));
    expect(told(chain)).toEqual(['kept', 'duplicate rule_1c -> 0', 'duplicate rule_1c -> 0', 'duplicate rule_1c -> 0']);
  });

  it('also under another URI of the same recording', () => {
    expect(told([extended('a1', at(0)), extended('a2', at(0, 4))])).toEqual(['kept', 'duplicate rule_1c -> 0']);
    expect(told([extended('a', at(0)), extended('b', at(0, 4))])).toEqual(['kept', 'kept']);
  });

  it('have the same stamp, or none in both', () => {
    const stamp = at(-9);
    expect(told([extended('a', at(0), { stamp }), extended('a', at(0, 4), { stamp })])).toEqual(['kept', 'duplicate rule_1c -> 0']);
    expect(told([extended('a', at(0), { stamp }), extended('a', at(0, 4))])).toEqual(['kept', 'kept']);
  });

  it('bring their own copies along', () => {
    const rows = [extended('a', at(0)), extended('a', at(0, 4)), extended('a', at(0, 4), { file: 'x2' })];
    expect(told(rows)).toEqual(['kept', 'duplicate rule_1c -> 0', 'duplicate rule_1b -> 0']);
  });
});

describe('rule 1d: equal rows of the short history', () => {
  it('are as many plays as one file has of them', () => {
    const ms = 25_000;
    expect(told([short('a', at(0), { ms }), short('a', at(0), { ms })])).toEqual(['kept', 'kept']);
  });

  it('are as many as the file with most of them has: the n-th row of a file is the n-th play', () => {
    const files = ['s1', 's1', 's2', 's3', 's3', 's3'];
    expect(told(files.map((file) => short('a', at(0), { file })))).toEqual([
      'kept',
      'kept',
      'duplicate rule_1d -> 0',
      'duplicate rule_1d -> 0',
      'duplicate rule_1d -> 1',
      'kept',
    ]);
  });

  it('differ by ms_played', () => {
    expect(told([short('a', at(0)), short('a', at(0), { ms: 1, file: 's2' })])).toEqual(['kept', 'kept']);
  });

  it('are told apart by an ordinal, having nothing else', () => {
    const verdicts = judge([short('a', at(0)), short('a', at(0)), short('b', at(0))], OPEN);
    expect(verdicts.map(({ ordinal }) => ordinal)).toEqual([1, 2, 1]);
  });
});

describe('rule 2: short to extended', () => {
  it('merges the same item at most 60 seconds from the minute, though ms_played differs', () => {
    expect(told([extended('a', at(0, 59)), short('a', at(0), { ms: 1 })])).toEqual(['kept', 'merged rule_2 -> 0']);
    expect(told([extended('a', at(2)), short('a', at(0), { ms: 1 })])).toEqual(['kept', 'merged rule_2 -> 0']);
    expect(told([extended('a', at(2, 1)), short('a', at(0), { ms: 1 })])).toEqual(['kept', 'kept']);
  });

  it('merges another name of equal length where the times overlap', () => {
    expect(told([extended('a', at(0, 59)), short('unknown', at(0))])).toEqual(['kept', 'merged rule_2 -> 0']);
    expect(told([extended('a', at(1)), short('unknown', at(0))])).toEqual(['kept', 'kept']);
  });

  it('takes less than a second for no sign of anything', () => {
    expect(told([extended('a', at(0), { ms: 999 }), short('b', at(0), { ms: 999 })])).toEqual(['kept', 'kept']);
    expect(told([extended('a', at(0), { ms: 1000 }), short('b', at(0), { ms: 1000 })])).toEqual(['kept', 'merged rule_2 -> 0']);
  });

  it('prefers equal ms_played to the same item, and that to nearness', () => {
    const rows = [extended('a', at(0, 10), { ms: 50_000 }), extended('a', at(1, 30), { ms: 70_000 }), short('a', at(0), { ms: 70_000 })];
    expect(told(rows)).toEqual(['kept', 'kept', 'merged rule_2 -> 1']);
    const names = [extended('b', at(0, 10), { ms: 70_000 }), extended('a', at(0, 10), { ms: 50_000 }), short('a', at(0), { ms: 70_000 })];
    expect(told(names)).toEqual(['kept', 'kept', 'merged rule_2 -> 0']);
  });

  it('takes each side once: a loop stays as long as it was', () => {
    const loop = [0, 45, 90].map((seconds) => extended('a', at(0, seconds), { ms: 45_000 }));
    const minutes = [short('a', at(0), { ms: 45_000 }), short('a', at(0), { ms: 45_000 }), short('a', at(1), { ms: 45_000 })];
    expect(sums(judge([...loop, ...minutes].sort(contentOrder), OPEN))).toEqual({ kept: 3, 'merged rule_2': 3 });
  });

  it('takes an interval that overlaps for nearer than one that only touches', () => {
    const ms = 49_000;
    const rows = [
      extended('a', at(0, 59), { ms }),
      extended('a', at(1, 49), { ms }),
      short('a', at(1), { ms }),
      short('unknown', at(0), { ms }),
    ];
    expect(told(rows)).toEqual(['kept', 'kept', 'merged rule_2 -> 1', 'merged rule_2 -> 0']);
  });

  it('leads a copy of a short row to the play that its original was merged into', () => {
    const rows = [extended('a', at(0, 5)), short('a', at(0)), short('a', at(0), { file: 's2' })];
    expect(told(rows)).toEqual(['kept', 'merged rule_2 -> 0', 'duplicate rule_1d -> 0']);
  });
});

describe('rule 3: polled to anchors', () => {
  it('merges the same item at most 90 seconds apart, from either end of the second', () => {
    expect(told([extended('a', at(2)), polled('a', at(0, 30))])).toEqual(['kept', 'merged rule_3 -> 0']);
    expect(told([extended('a', at(2)), polled('a', at(0, 29, 999))])).toEqual(['kept', 'kept']);
    expect(told([extended('a', at(2)), polled('a', at(3, 31))])).toEqual(['kept', 'merged rule_3 -> 0']);
    expect(told([extended('a', at(2)), polled('a', at(3, 31, 1))])).toEqual(['kept', 'kept']);
  });

  it('knows a recording by its names when the URI is another', () => {
    expect(told([extended('a1', at(0)), polled('a2', at(0))])).toEqual(['kept', 'merged rule_3 -> 0']);
    expect(told([extended('a', at(0)), polled('b', at(0))])).toEqual(['kept', 'kept']);
  });

  it('merges into a short play that no extended one explains', () => {
    expect(told([short('a', at(0)), polled('a', at(0, 50))])).toEqual(['kept', 'merged rule_3 -> 0']);
    expect(told([extended('a', at(0, 30)), short('a', at(0)), polled('a', at(0, 50))])).toEqual([
      'kept',
      'merged rule_2 -> 0',
      'merged rule_3 -> 0',
    ]);
  });

  it('first pairs those at most 3 seconds apart, nearest first', () => {
    const rows = [extended('a', at(0)), extended('a', at(0, 40)), polled('a', at(0, 38)), polled('a', at(0, 42))];
    expect(told(rows)).toEqual(['kept', 'kept', 'merged rule_3 -> 0', 'merged rule_3 -> 1']);
  });

  it('then lets each poll in time order take the earliest anchor left, so that a late loop pairs one to one', () => {
    const anchors = [0, 60, 120].map((seconds) => extended('a', at(0, seconds), { ms: 60_000 }));
    const polls = [80, 140, 200].map((seconds) => polled('a', at(0, seconds)));
    expect(told([...anchors, ...polls])).toEqual([
      ...['kept', 'kept', 'kept'],
      ...['merged rule_3 -> 0', 'merged rule_3 -> 1', 'merged rule_3 -> 2'],
    ]);
  });

  it('at last asks the second clock of an offline play, which was told hours later', () => {
    const began = at(0);
    const offline = extended('a', at(300), { ms: 200_000, stamp: began });
    expect(told([offline, polled('a', began + 200_000 + 90_000)])).toEqual(['kept', 'merged rule_3 -> 0']);
    expect(told([offline, polled('a', began + 200_000 + 90_001)])).toEqual(['kept', 'kept']);
    expect(told([offline, polled('b', began + 200_000)])).toEqual(['kept', 'kept']);
  });

  it('takes each anchor once: what is left over is a play', () => {
    expect(told([extended('a', at(0)), polled('a', at(0)), polled('a', at(0, 2))])).toEqual(['kept', 'merged rule_3 -> 0', 'kept']);
  });

  it('leads a copy of a polled record to the play that its original was merged into', () => {
    expect(told([extended('a', at(0)), polled('a', at(0, 1)), polled('a', at(0, 1))])).toEqual([
      'kept',
      'merged rule_3 -> 0',
      'duplicate rule_1a -> 0',
    ]);
  });
});

describe('rule 4: closed days', () => {
  it('add no play for a polled record without an anchor, nor for its copies', () => {
    const rows = [polled('a', at(0)), polled('a', at(0))];
    expect(told(rows, CLOSED)).toEqual(['filtered closed_by_export -> nothing', 'duplicate rule_1a -> nothing']);
    expect(told(rows, OPEN)).toEqual(['kept', 'duplicate rule_1a -> 0']);
  });

  it('merge a polled record that has an anchor as ever', () => {
    expect(told([extended('a', at(0)), polled('a', at(0))], CLOSED)).toEqual(['kept', 'merged rule_3 -> 0']);
  });

  it('keep what only the short history tells', () => {
    expect(told([short('a', at(0))], CLOSED)).toEqual(['kept']);
  });

  it('begin and end at midnight UTC, and also before 1970', () => {
    const midnight = DAY_OF_NOON * DAY;
    const ends = [midnight - 1, midnight, midnight + DAY - 1, midnight + DAY].map((time) => polled('a', time));
    expect(told(ends, CLOSED).map((one) => one.split(' ')[0])).toEqual(['kept', 'filtered', 'filtered', 'kept']);
    expect(told([polled('a', -1)], new Set([-1]))).toEqual(['filtered closed_by_export -> nothing']);
  });
});
