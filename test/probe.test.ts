import { rm } from 'node:fs/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { issueRefreshToken } from '../simulator/http/tokens.ts';
import type { Finding } from '../src/pipeline/findings.ts';
import { createApp } from '../src/pipeline/wiring.ts';
import { watchConfig } from '../src/source/watch.ts';
import { never, type SampleAccount, sampleAccount } from './sample-account.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const everything = { accounts: [], streams: [] };
const samples: SampleAccount[] = [];

function small(mode: 'development' | 'extended', streams: readonly string[]): SampleAccount {
  const sample = sampleAccount({ mode, streams, artists: 20, playsPerDay: 8, joinedOn: '2026-02-20' });
  samples.push(sample);
  return sample;
}

afterEach(async () => {
  for (const { config } of samples.splice(0)) await rm(config.lake, { recursive: true, force: true });
});

const about = (findings: readonly Finding[], ...checks: readonly string[]): readonly Finding[] =>
  findings.filter(({ check }) => checks.includes(check));
const probe = ({ app }: Pick<SampleAccount, 'app'>): Promise<readonly Finding[]> => app.doctor({ deep: false, probe: true }, never);
const asked = ({ simulator }: SampleAccount): readonly string[] =>
  simulator.requests().flatMap(({ path }) => (path.startsWith('/v1') ? [path.slice(3)] : []));

describe('a probe of what the app may call', () => {
  it('finds everything open in extended mode, with and without a user', async () => {
    const sample = small('extended', ['saved_tracks']);
    const found = about(await probe(sample), 'spotify', 'app only', 'endpoint', 'clock skew', 'probe');
    expect(found.map(({ check, state, found: text }) => `${check} ${state}: ${text}`)).toEqual([
      'spotify ok: 25 of 25 endpoints answer (2026-03-02T12:00:00.000Z)',
      'app only ok: 10 of 10 endpoints answer without a login',
      "clock skew ok: 0 s ahead of Spotify's",
    ]);
  });

  it('finds what development mode lacks, and warns only of what a stream cannot do without', async () => {
    const sample = small('development', ['saved_tracks']);
    const [summary, ...more] = about(await probe(sample), 'spotify', 'endpoint');
    expect(more).toEqual([]);
    expect(summary?.found).toContain(
      'closed, and done without: /playlists/{id}/tracks, /tracks?ids, /albums?ids, /artists?ids, /browse/new-releases',
    );
    const config = { ...sample.config, watch: watchConfig({ new_releases: true }) };
    const watching = createApp(config, sample.effects);
    expect(about(await watching.doctor({ deep: false }, never), 'endpoint')).toEqual([
      expect.objectContaining({
        state: 'warn',
        where: '/browse/new-releases',
        found: expect.stringMatching(/closed to this app since .*: GET .* 403/),
      }),
    ]);
    const before = asked(sample).length;
    const { streams, outcomes } = await watching.run({ accounts: [], streams: ['new_releases'] }, never);
    expect(outcomes).toEqual([]);
    expect(streams).toMatchObject([{ stream: 'new_releases', outcome: 'unavailable', requests: 0 }]);
    expect((await watching.run({ accounts: [], streams: ['new_releases'] }, never)).streams).toMatchObject([{ outcome: 'done' }]);
    expect(asked(sample)).toHaveLength(before);
  });

  it('saves runs the first refusal, and plans know it', async () => {
    const sample = small('development', ['saved_tracks']);
    sample.simulator.faults.set([{ match: '/me/tracks', times: null, kind: 'removed' }]);
    expect(about(await probe(sample), 'endpoint')).toMatchObject([{ where: '/me/tracks', state: 'warn' }]);
    expect((await sample.app.plan(everything)).streams).toMatchObject([
      { requests: 0, because: expect.stringContaining('unavailable since') },
    ]);
    const before = asked(sample).length;
    await sample.app.run(everything, never);
    expect(asked(sample)).toHaveLength(before);
  });

  it('that finds a stream open again has it read at once, and a lost record costs nothing but requests', async () => {
    const sample = small('development', ['saved_tracks']);
    sample.simulator.faults.set([{ match: '/me/tracks', times: null, kind: 'removed' }]);
    expect((await sample.app.run(everything, never)).streams.map(({ outcome }) => outcome)).toContain('unavailable');
    sample.clock.advance(DAY_MS);
    sample.simulator.faults.set([]);
    expect((await sample.app.run(everything, never)).total.read).toBe(0);
    const [closed] = about(await sample.app.doctor({ deep: false }, never), 'stream');
    expect(closed).toMatchObject({
      state: 'warn',
      where: 'ada saved_tracks',
      found: expect.stringContaining('GET /me/tracks answered 403'),
    });
    expect(about(await probe(sample), 'stream')).toEqual([]);
    expect((await sample.app.run(everything, never)).total.read).toBeGreaterThan(0);
    await rm(`${sample.config.lake}/state`, { recursive: true });
    sample.clock.advance(DAY_MS);
    expect((await createApp(sample.config, sample.effects).run(everything, never)).outcomes).toEqual([]);
  });

  it('ends at a rate limit and says when to come back; what it knew before stands', async () => {
    const sample = small('development', ['saved_tracks', 'saved_albums']);
    await probe(sample);
    const before = asked(sample).length;
    sample.simulator.faults.set([{ match: '/me/albums', times: null, kind: 'rate_limit', retryAfterSeconds: 3600 }]);
    const [stopped, summary] = about(await probe(sample), 'probe', 'spotify', 'endpoint');
    expect(stopped).toMatchObject({ check: 'probe', state: 'warn', next: expect.stringContaining('Not before 2026-03-02T13:00') });
    expect(summary?.found).toContain('20 of 25 endpoints answer');
    expect(asked(sample).slice(before).at(-1)).toBe('/me/albums');
  });

  it('names the permission that a login lacks', async () => {
    const sample = small('development', ['followed_artists', 'saved_tracks']);
    const refreshToken = issueRefreshToken(
      'seven',
      { account: 'ada', scopes: ['user-library-read'], at: sample.clock.now().getTime(), number: 1 },
      0,
    );
    const accounts = sample.config.accounts.map((account) => ({ ...account, refreshToken }));
    const [finding, ...more] = about(await probe({ app: createApp({ ...sample.config, accounts }, sample.effects) }), 'endpoint');
    expect(more).toEqual([]);
    expect(finding).toMatchObject({
      where: '/me/following',
      next: expect.stringContaining('grant user-follow-read: followed_artists needs it'),
    });
  });

  it('tells a clock that is wrong, by the Date of the answers', async () => {
    const sample = small('development', ['saved_tracks']);
    const clock = { ...sample.clock, now: () => new Date(sample.clock.now().getTime() + 300_000) };
    const app = createApp(sample.config, { ...sample.effects, clock });
    expect(about(await probe({ app }), 'clock skew')).toMatchObject([
      { state: 'warn', found: "300 s ahead of Spotify's", next: expect.stringContaining('NTP') },
    ]);
  });

  it('without a login asks as the app alone; with neither it says what is missing', async () => {
    const sample = small('development', ['saved_tracks']);
    const accounts = sample.config.accounts.map((account) => ({ ...account, refreshToken: null }));
    const alone = await probe({ app: createApp({ ...sample.config, accounts }, sample.effects) });
    expect(about(alone, 'app only')[0]?.found).toContain('6 of 10 endpoints answer without a login');
    expect(about(alone, 'spotify')).toEqual([]);
    const spotify = { ...sample.config.spotify, clientSecret: null };
    const [nothing] = about(await probe({ app: createApp({ ...sample.config, accounts, spotify }, sample.effects) }), 'probe');
    expect(nothing).toMatchObject({ state: 'warn', next: expect.stringContaining('Log in') });
  });
});
