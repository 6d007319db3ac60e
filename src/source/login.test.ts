import { describe, expect, it, test } from 'vitest';
import { endOfLogin as endAtSpotify } from '../../simulator/http/authorisations.ts';
import { beginLogin, codeFrom } from './login.ts';
import { endOfLogin } from './login-end.ts';
import { leastScopes } from './scopes.ts';
import { ACCOUNT_STREAMS, OPT_IN_STREAMS } from './streams.ts';

test('a login ends when Spotify says so: six calendar months on, cut to the last day of a shorter one', () => {
  expect(endOfLogin(new Date('2026-08-31T23:59:59Z')).toISOString()).toBe('2027-02-28T23:59:59.000Z');
  const from = Date.parse('2026-01-01T12:00:00Z');
  for (let day = 0; day < 366 * 4; day += 1) {
    const at = from + day * 24 * 60 * 60 * 1000;
    expect(endOfLogin(new Date(at)).getTime()).toBe(endAtSpotify(at));
  }
});

test('every permission that a stream may need is asked for once, with a reason of its own', () => {
  const asked = leastScopes([...Object.values(ACCOUNT_STREAMS), ...Object.values(OPT_IN_STREAMS)]);
  expect(asked).toHaveLength(9);
  expect(new Set(asked.map(({ reason }) => reason)).size).toBe(9);
  expect(asked.map(({ reason }) => reason)).not.toContain('a stream that the settings name');
  expect(leastScopes([{ scopes: ['b', 'a'] }, { scopes: ['a'] }, { scopes: [] }]).map(({ scope }) => scope)).toEqual(['a', 'b']);
});

describe('an attempt', () => {
  const begin = () =>
    beginLogin({ accountsUrl: 'https://accounts.test/', clientId: 'app', redirectUri: 'http://127.0.0.1/callback', scopes: [] });
  const answer = (query: string): URL => new URL(`http://127.0.0.1/callback?${query}`);

  it('has secrets that no other has, tells Spotify neither of them, and asks for no scope where none is needed', () => {
    const [one, other] = [begin(), begin()];
    expect(one.verifier).toMatch(/^[\w-]{43}$/);
    expect(one.verifier).not.toBe(other.verifier);
    expect(one.state).not.toBe(other.state);
    expect(one.url).not.toContain(one.verifier);
    expect(new URL(one.url).searchParams.has('scope')).toBe(false);
  });

  it('takes a code with its own state alone, and an error with its words', () => {
    const attempt = begin();
    expect(codeFrom(attempt, answer(`code=c&state=${attempt.state}`))).toBe('c');
    for (const [query, code] of [
      ['code=c', 'bad_input'],
      ['code=c&state=', 'bad_input'],
      [`code=c&state=${begin().state}`, 'bad_input'],
      [`state=${attempt.state}`, 'bad_input'],
      ['error=access_denied&state=x', 'bad_input'],
      [`error=access_denied&state=${attempt.state}`, 'login_needed'],
      [`error=${encodeURIComponent('server\n\u001b[31m')}&state=${attempt.state}`, 'login_needed'],
    ] as const) {
      expect(() => codeFrom(attempt, answer(query))).toThrow(
        expect.objectContaining({ code, message: expect.not.stringContaining('\u001b') }),
      );
    }
  });
});
