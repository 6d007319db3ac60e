import { describe, expect, it } from 'vitest';
import { parseRule, readRule, ruleText } from './rule.ts';

const MADE = { created_at: '2026-11-21T10:00:00Z' };
const [A, B] = ['spotify:track:aaa', 'spotify:track:bbb'];
const SPAN = { from: '2024-12-24', to: '2024-12-26T12:00:00Z' };

describe('a rule', () => {
  it.each([
    { kind: 'exclude', track: A, note: 'an alarm clock', ...MADE },
    { kind: 'exclude', account: 'me', show: 'A show', span: SPAN, ...MADE },
    { kind: 'exclude', span: { from: '2024-12-24' }, ...MADE },
    { kind: 'count', counting: 'half', ...MADE },
    { kind: 'override', item: 'spotify:episode:e', set: { show_name: 'Talk' }, ...MADE },
    { kind: 'same_recording', tracks: [A, B, 'spotify:track:ccc'], ...MADE },
    { kind: 'different_recordings', tracks: [A, B], ...MADE },
  ])('is read from the file that was written of it: %j', (value) => {
    const read = readRule(value);
    expect(read).toEqual({ rule: value });
    if ('rule' in read) expect(parseRule('rules/a-1.json', ruleText(read.rule))).toEqual({ ...value, rule_id: 'a-1' });
  });

  it.each([
    [{ kind: 'exclude', ...MADE }, 'what it excludes'],
    [{ kind: 'exclude', track: A, artist: 'B', ...MADE }, 'one of track, artist and show'],
    [{ kind: 'exclude', track: 'Song', ...MADE }, 'track: expected a URI'],
    [{ kind: 'exclude', span: {}, ...MADE }, 'span: expected from, to or both'],
    [{ kind: 'exclude', span: { from: '2024-12-26', to: '2024-12-24' }, ...MADE }, 'not after to'],
    [{ kind: 'exclude', span: { from: '2024-12-24T18:00:00Z', to: '2024-12-24T17:00:00Z' }, ...MADE }, 'not after to'],
    [{ kind: 'exclude', span: { from: 'christmas' }, ...MADE }, 'span.from: expected a day'],
    [{ kind: 'exclude', trak: A, artist: 'B', ...MADE }, 'no key trak is known'],
    [{ kind: 'count', counting: '50%', ...MADE }, 'counting: expected one of any, 30s, completed, half'],
    [{ kind: 'override', item: A, set: {}, ...MADE }, 'set: expected at least one of'],
    [{ kind: 'same_recording', tracks: [A, A], ...MADE }, 'tracks: expected two or more different'],
    [{ kind: 'different_recordings', tracks: [A], ...MADE }, 'tracks: expected'],
    [{ kind: 'exclude', track: A }, 'created_at: expected a time in UTC'],
    [{ kind: 'hide', ...MADE }, 'expected a rule of kind exclude'],
    ['exclude', 'expected'],
  ])('%j is none, and why is said', (value, said) => {
    expect(readRule(value)).toEqual({ fault: expect.stringContaining(said) });
  });

  it('that is damaged is named with its file, and with what to do', () => {
    const broken = (key: string, text: string) => () => parseRule(key, text);
    const corrupt = (message: string) => expect.objectContaining({ code: 'corrupt', message: expect.stringContaining(message) });
    expect(broken('rules/a-1.json', '{"kind":')).toThrow(corrupt('rules/a-1.json cannot be read: it is no JSON'));
    expect(broken('rules/a-1.json', '{"kind":"count"}')).toThrow(corrupt('counting: expected'));
    expect(broken('rules/sub/a.json', '{}')).toThrow(corrupt('its name is not of'));
  });
});
