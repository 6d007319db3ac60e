import { describe, expect, it } from 'vitest';
import type { RunSummary } from '../cli.ts';
import { csvLine } from './csv.ts';
import { jsonText } from './json.ts';
import { paintFor } from './paint.ts';
import { runSummaryText } from './run-summary.ts';
import { tableText } from './table.ts';

const terminal = { write: () => undefined, isTerminal: true, columns: 80, isOpen: () => true, drained: async () => undefined };
const plain = paintFor({}, { ...terminal, isTerminal: false });
const text = (name: string) => ({ name, type: 'text' });
const number = (name: string) => ({ name, type: 'integer' });

describe('a table', () => {
  it('aligns texts left and numbers right, with thousands separators; null is a dash', () => {
    const said = tableText(
      [text('name'), number('plays'), { name: 'share', type: 'double' }],
      [
        ['a', 1234567, 0.25],
        ['long name', null, 1],
      ],
      {
        paint: plain,
        width: null,
      },
    );
    expect(said.split('\n')).toEqual(['name           plays  share', 'a          1,234,567   0.25', 'long name          –      1', '']);
  });

  it('writes years and whole numbers beyond 2^53 as they are', () => {
    const said = tableText([number('year'), number('n')], [[2026, 9007199254740993n]], { paint: plain, width: null });
    expect(said.split('\n')[1]).toBe('2026  9,007,199,254,740,993');
  });

  it('counts wide characters as two', () => {
    const said = tableText(
      [text('name'), text('next')],
      [
        ['群青日和', 'x'],
        ['ab', 'x'],
      ],
      { paint: plain, width: null },
    );
    expect(said).toBe('name      next\n群青日和  x\nab        x\n');
  });

  it('counts emoji, combining marks and full-width letters as terminals draw them', () => {
    const names = ['🎧', '❤️', '🇩🇪', '👨‍👩‍👧', 'e\u0301', 'ＡＢ', '서울', 'ก็', 'हिन्दी'];
    const lines = tableText(
      [text('name'), text('next')],
      names.map((name) => [name, '|']),
      { paint: plain, width: null },
    )
      .trimEnd()
      .split('\n');
    const cells = [2, 2, 2, 6, 1, 4, 4, 1, 3];
    const spaces = lines.slice(1).map((line) => /^\S+( +)\|$/.exec(line)?.[1]?.length);
    expect(spaces).toEqual(cells.map((width) => 6 + 2 - width));
  });

  it('cuts between characters, never within one', () => {
    const said = tableText([text('a'), text('b')], [['群青日和のうた', '🎧🎧🎧🎧🎧🎧🎧🎧']], { paint: plain, width: 20 });
    expect(said.split('\n')[1]).toBe('群青日和…  🎧🎧🎧🎧…');
  });

  it('says once what is the same in every row, where room is short', () => {
    const columns = [text('stream'), { ...text('outcome'), usual: 'done' }, number('read'), number('quarantined')];
    const rows = [
      ['saved_tracks', 'done', 12, 0],
      ['total', '', 12, 0],
    ];
    const wide = tableText(columns, rows, { paint: plain, width: 60 });
    expect(wide.split('\n')[0]).toBe('stream        outcome  read  quarantined');
    expect(tableText(columns, rows, { paint: plain, width: 30 })).toBe(
      'stream        read\nsaved_tracks    12\ntotal           12\nin every row: outcome done, q…\n',
    );
    const telling = [...rows, ['top_tracks', 'failed', 3, 1]];
    expect(tableText(columns, telling, { paint: plain, width: 30 })).toContain('── 3 ──\nstream       top_tracks\noutcome      failed\n');
  });

  it('leaves addresses out before it cuts texts, and says so', () => {
    const columns = [text('name'), text('url'), number('ms_played')];
    const rows = [['Radio Machine Garden', 'https://open.spotify.com/track/1', null]];
    expect(tableText(columns, rows, { paint: plain, width: 54 })).toBe(
      'name                  url\nRadio Machine Garden  https://open.spotify.com/track/1\nin every row: ms_played –\n',
    );
    expect(tableText(columns, rows, { paint: plain, width: 30 })).toBe(
      'name\nRadio Machine Garden\nin every row: ms_played –\nleft out: url; a wider termin…\n',
    );
  });

  it('becomes a block a row where its columns cannot be made to fit', () => {
    const columns = [text('stream'), number('read'), { ...text('file'), isWhole: true }];
    const rows = [
      ['saved_tracks', 1234567, 'StreamingHistory_music_0.json'],
      ['群青日和', null, 'x'],
    ];
    expect(tableText(columns, rows, { paint: plain, width: 40 })).toBe(
      [
        '── 1 ──',
        'stream  saved_tracks',
        'read    1,234,567',
        'file    StreamingHistory_music_0.json',
        '── 2 ──',
        'stream  群青日和',
        'read    –',
        'file    x',
        '',
      ].join('\n'),
    );
  });

  it('fits the terminal by shortening its widest texts, never its numbers', () => {
    const row = ['x'.repeat(60), 'y'.repeat(30), 123456789];
    const said = tableText([text('a'), text('b'), number('n')], [row], { paint: plain, width: 50 });
    const lines = said.trimEnd().split('\n');
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(50);
    expect(lines[1]).toMatch(/^x+…\s+y+…\s+123,456,789$/);
  });

  it('lets no control character through', () => {
    const said = tableText([text('a')], [['one\u001b[31m\ntwo\u202e']], { paint: plain, width: null });
    expect(said).toBe('a\none [31m two\n');
  });

  it('is its heading where there are no rows', () => {
    expect(tableText([text('a'), number('b')], [], { paint: plain, width: null })).toBe('a  b\n');
  });
});

describe('colours', () => {
  it('are for terminals that want them', () => {
    expect(paintFor({}, terminal).bold('x')).not.toBe('x');
    for (const env of [{ NO_COLOR: '1' }, { TERM: 'dumb' }]) expect(paintFor(env, terminal).bold('x')).toBe('x');
    expect(paintFor({ NO_COLOR: '' }, terminal).bold('x')).not.toBe('x');
    expect(plain.red('x')).toBe('x');
    const file = { ...terminal, isTerminal: false };
    for (const env of [{ FORCE_COLOR: '1' }, { FORCE_COLOR: 'true', NO_COLOR: '1' }]) expect(paintFor(env, file).bold('x')).not.toBe('x');
    expect(paintFor({ FORCE_COLOR: '0' }, terminal).bold('x')).toBe('x');
    expect(paintFor({ FORCE_COLOR: '' }, file).bold('x')).toBe('x');
  });
});

describe('CSV', () => {
  it('tells null from the empty text and quotes what needs it', () => {
    expect(csvLine([null, '', 'a', 'a,b', 'say "x"', 'a\nb', 5n, true, 0.5])).toBe(',"",a,"a,b","say ""x""","a\nb",5,true,0.5\n');
  });
});

describe('JSON', () => {
  it('keeps whole numbers beyond 2^53, as text', () => {
    expect(JSON.parse(jsonText({ n: 9007199254740993n, m: 1 }))).toEqual({ n: '9007199254740993', m: 1 });
  });
});

describe('the summary of a run', () => {
  const tally = { read: 1200, kept: 1000, merged: 100, duplicate: 50, filtered: 30, quarantined: 20 };
  const summary: RunSummary = {
    runId: 'r1',
    verb: 'import',
    startedAt: '2026-11-21T10:00:00Z',
    finishedAt: '2026-11-21T10:00:02.500Z',
    outcome: 'deferred',
    exitCode: 5,
    catalogVersion: 7,
    total: { ...tally, read: 2400, kept: 2000, merged: 200, duplicate: 100, filtered: 60, quarantined: 40 },
    streams: ['recently_played', 'saved_tracks'].map((stream) => ({
      account: 'me',
      stream,
      requests: 3,
      ...tally,
      outcome: 'done',
      error: null,
    })),
    files: Array.from({ length: 25 }, (_, at) => ({
      name: `f${at}.json`,
      ...tally,
      outcome: at === 24 ? ('refused' as const) : ('landed' as const),
      stream: 'recently_played',
      sha256: null,
      rawKey: null,
      note: at === 24 ? 'holds a token' : null,
    })),
    judgedAnew: [{ from: 'kept', to: 'duplicate', count: 1234 }],
    tables: [
      { table: 'plays', rowsBefore: 0, rowsAfter: 2000 },
      { table: 'looks', rowsBefore: 5, rowsAfter: 5 },
    ],
    warnings: [],
    outcomes: [
      { code: 'rate_limited', exitCode: 5, message: 'asked to wait', hint: 'run it again later', retryAt: '2026-11-21T11:00:00Z' },
    ],
  };
  const said = runSummaryText(summary, { paint: plain, width: null });
  const lines = said.split('\n');

  it('begins with how it ended', () => {
    expect(lines[0]).toBe('import deferred in 2.5 s, catalog version 7 (r1)');
  });

  it('has a row per stream and a total that adds up', () => {
    const cells = (start: string) => lines.find((line) => line.startsWith(start))?.match(/[\d,]+(?=\s|$)/g);
    expect(cells('saved_tracks')).toEqual(['3', '1,200', '1,000', '100', '50', '30', '20']);
    expect(cells('total')).toEqual(['6', '2,400', '2,000', '200', '100', '60', '40']);
  });

  it('tells verdicts that changed, tables that grew, and what to do next', () => {
    expect(lines).toContain('earlier records judged anew: 1,234 kept → duplicate');
    expect(said).toMatch(/^plays +0 +2,000$/m);
    expect(said).not.toMatch(/^looks/m);
    expect(lines.slice(-4)).toEqual(['rate_limited: asked to wait', '  come back: 2026-11-21T11:00:00Z', '  next: run it again later', '']);
  });

  it('names files with trouble first, with what to do', () => {
    const at = lines.indexOf('refused: f24.json');
    expect(lines[at + 1]).toBe('  holds a token');
    expect(lines.findIndex((line) => line.startsWith('f0.json'))).toBeGreaterThan(at);
    expect(lines.filter((line) => /^f\d+\.json/.test(line))).toHaveLength(24);
  });

  it('counts the files that it leaves out', () => {
    const many = Array.from({ length: 70 }, (_, at) => ({
      ...tally,
      name: `f${at}`,
      outcome: 'landed' as const,
      stream: 'tracks',
      sha256: null,
      rawKey: null,
      note: null,
    }));
    expect(runSummaryText({ ...summary, files: many }, { paint: plain, width: null })).toContain(
      '… and 6 more files; --json names them all',
    );
  });

  it('says of a dry run that nothing was changed', () => {
    const dry = runSummaryText({ ...summary, isDryRun: true }, { paint: plain, width: null }).split('\n')[0];
    expect(dry).toBe('import --dry-run deferred in 2.5 s: nothing was changed');
  });

  it('fits the files of an export into 80 columns: their ends are told apart, their place is said once', () => {
    const place = 'my_spotify_data.zip!Spotify Extended Streaming History/';
    const some = (name: string, outcome: 'landed' | 'left_alone', note: string | null) => ({
      ...tally,
      name: `${place}${name}`,
      outcome,
      stream: note === null ? 'extended_history' : null,
      sha256: null,
      rawKey: null,
      note,
    });
    const files = [2019, 2020].map((year) => some(`Streaming_History_Audio_${year}_1.json`, 'landed', null));
    const left = some('ReadMeFirst_ExtendedStreamingHistory.pdf', 'left_alone', 'documentation');
    const narrow = runSummaryText({ ...summary, files: [...files, left] }, { paint: plain, width: 80 }).split('\n');
    expect(narrow).toContain(`extended_history, in ${place}`);
    expect(narrow.filter((line) => /…\S*20(19|20)_1\.json +1,200 +1,000 +100 +50 +30 +20$/.test(line))).toHaveLength(2);
    expect(narrow.find((line) => line.includes('ReadMeFirst'))).toMatch(/ documentation$/);
    expect(narrow.filter((line) => line.length > 80)).toEqual([]);
  });
});
