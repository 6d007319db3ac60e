import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { loadConfig } from '../../config.ts';
import { createVirtualClock } from '../../kernel/clock.ts';
import { createCredentials } from '../credentials.ts';
import { STREAM_CHOICES } from '../settings.ts';
import { scopeFindings } from './access.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tonearm-scopes-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('a login without a permission that a stream needs is told with both; one of the environment says nothing', async () => {
  const clock = createVirtualClock(new Date('2026-11-21T10:00:00Z'));
  const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
  const credentials = createCredentials({ folder, accountsUrl: 'http://127.0.0.1:9', clientId: 'app', clock, log });
  const env = { TONEARM_CLIENT_ID: 'app' };
  const config = await loadConfig({ cwd: folder, env, flags: {}, streams: ['saved_tracks', 'saved_episodes', 'top_tracks'] });
  expect(await scopeFindings({ config, credentials })).toEqual([]);

  const login = { account: 'me', accountId: 'id-me', displayName: null, clientId: 'app', loggedInAt: clock.now().toISOString() };
  await credentials.keep({ ...login, scopes: ['user-library-read', 'user-top-read'], refreshToken: 'r1' });
  const [finding, ...more] = await scopeFindings({ config, credentials });
  expect(more).toEqual([]);
  expect(finding).toMatchObject({
    check: 'scopes',
    state: 'warn',
    where: 'account me',
    found: 'user-read-playback-position not granted: saved_episodes cannot be read',
  });

  await credentials.keep({ ...login, scopes: ['user-library-read', 'user-top-read', 'user-read-playback-position'], refreshToken: 'r2' });
  expect(await scopeFindings({ config, credentials })).toMatchObject([{ state: 'ok' }]);
  const withToken = await loadConfig({ cwd: folder, env: { ...env, TONEARM_REFRESH_TOKEN: 'r' }, flags: {}, streams: STREAM_CHOICES });
  expect(await scopeFindings({ config: withToken, credentials })).toEqual([]);
});
