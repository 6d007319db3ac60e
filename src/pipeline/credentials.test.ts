import { chmodSync, chownSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { type Clock, createMovableClock, createSystemClock, createVirtualClock } from '../kernel/clock.ts';
import { asPipelineError, PipelineError } from '../kernel/errors.ts';
import { type Credentials, createCredentials } from './credentials.ts';

const made: string[] = [];
afterAll(() => made.map((path) => rmSync(path, { recursive: true, force: true })));

const never = new AbortController().signal;
const LOG = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const ADA = { account: 'ada', accountId: 'id-ada', displayName: 'Ada', clientId: 'app', scopes: ['user-top-read'] };
const AT = '2026-03-02T12:00:00.000Z';

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tonearm-credentials-'));
  made.push(folder);
  return join(folder, 'credentials');
}

const standing = (hours: number): Clock => createVirtualClock(new Date(Date.parse(AT) + hours * 3_600_000));

/** A clock that really waits, so many hours off. */
function running(hours: number): Clock {
  const clock = createMovableClock(createSystemClock());
  clock.advance(hours * 3_600_000);
  return clock;
}

/** As another process sees the same folder, with a clock of its own. */
function opened(folder: string, { clientId = 'app', hours = 0, clock = standing(hours) } = {}): Credentials {
  return createCredentials({ folder, accountsUrl: 'http://accounts.test', clientId, clock, log: LOG });
}

/** An accounts service: `new` ends each token with the refresh that it was used in. */
function accounts(kind: 'new' | 'same' | 'none') {
  let good = 'r1';
  let number = 1;
  return {
    revoke: () => {
      good = '';
    },
    /** `meanwhile` runs after the answer was made and before it arrives. */
    send: async (token: string, meanwhile: () => Promise<void> = async () => undefined) => {
      if (token !== good) return { dead: new PipelineError('POST /api/token answered 400: invalid_grant', { code: 'login_needed' }) };
      number += 1;
      if (kind === 'new') good = `r${number}`;
      const refreshToken = kind === 'none' ? null : good;
      await meanwhile();
      return { accessToken: `access-${number}`, refreshToken, expiresInMs: 3_600_000, scopes: null };
    },
  };
}

async function loggedIn(folder: string): Promise<Credentials> {
  const credentials = opened(folder);
  await credentials.keep({ ...ADA, loggedInAt: AT, refreshToken: 'r1' });
  return credentials;
}

const renew = (credentials: Credentials, send: ReturnType<typeof accounts>['send']) =>
  credentials.refreshing('ada', never).renew((token) => send(token));
const failure = (work: Promise<unknown>): Promise<PipelineError> => work.then(() => expect.fail('expected an error'), asPipelineError);
const folderOfAda = (folder: string): string => join(folder, readdirSync(folder)[0] ?? '');
const filesOfAda = (folder: string): readonly string[] => readdirSync(folderOfAda(folder));

test('a login is kept for its owner alone, and told without its token', async () => {
  const folder = newFolder();
  await loggedIn(folder);
  expect(await opened(folder).login('ada')).toEqual({ ...ADA, loggedInAt: AT, state: 'in' });
  expect(filesOfAda(folder)).toEqual(['000000000001.json']);
  const modes = [folder, folderOfAda(folder), join(folderOfAda(folder), '000000000001.json')].map((path) => statSync(path).mode & 0o777);
  if (process.platform !== 'win32') expect(modes).toEqual([0o700, 0o700, 0o600]);
});

test('a folder that others may look into is closed to them at the next change', async () => {
  const folder = newFolder();
  const credentials = await loggedIn(folder);
  chmodSync(folderOfAda(folder), 0o755);
  await renew(credentials, accounts('new').send);
  if (process.platform !== 'win32') expect(statSync(folderOfAda(folder)).mode & 0o777).toBe(0o700);
});

test('of another app, or of a name that never logged in, there is no login, and asking makes no folder', async () => {
  const folder = newFolder();
  expect(await opened(folder).login('ada')).toBeNull();
  expect(await failure(renew(opened(folder), accounts('same').send))).toMatchObject({ code: 'login_needed' });
  expect(() => readdirSync(folder)).toThrow('ENOENT');
  await loggedIn(folder);
  expect(await opened(folder, { clientId: 'other' }).login('ada')).toBeNull();
});

test.each(['new', 'same', 'none'] as const)('a login is refreshed again and again where answers hold %s refresh token', async (kind) => {
  const folder = newFolder();
  await loggedIn(folder);
  const { send } = accounts(kind);
  for (const hours of [0, 1, 2]) expect(await renew(opened(folder, { hours }), send)).toMatchObject({ accessToken: `access-${hours + 2}` });
  expect(filesOfAda(folder)).toEqual([kind === 'new' ? '000000000004.json' : '000000000001.json']);
  expect((await opened(folder).login('ada'))?.loggedInAt).toBe(AT);
});

test('many refreshes at once, with clocks an hour apart, end no login', async () => {
  const folder = newFolder();
  await loggedIn(folder);
  const { send } = accounts('new');
  await Promise.all([-1, 0, 1, 0].map((hours) => renew(opened(folder, { clock: running(hours) }), send)));
  expect(await renew(opened(folder), send)).toMatchObject({ accessToken: 'access-6' });
});

test('a token that another process was given meanwhile is used in place of the one that it ended', async () => {
  const folder = newFolder();
  const slow = await loggedIn(folder);
  const { send } = accounts('new');
  const lease = (): string => join(folderOfAda(folder), 'refresh.lease');
  // The other takes this one for dead, and refreshes with the token that this one has ended.
  let other: Promise<unknown> = Promise.resolve();
  await slow.refreshing('ada', never).renew((token) =>
    send(token, async () => {
      rmSync(lease());
      other = renew(opened(folder, { hours: 1 }), send);
      await new Promise((resolve) => setImmediate(resolve));
    }),
  );
  await other.catch(() => undefined);
  expect(await opened(folder).login('ada')).toMatchObject({ state: 'in' });
  expect(await renew(opened(folder), send)).toMatchObject({ accessToken: expect.any(String) });
});

test('a login that Spotify has ended is known to be so, and not offered again until somebody logs in', async () => {
  const folder = newFolder();
  const credentials = await loggedIn(folder);
  const { send, revoke } = accounts('new');
  revoke();
  expect(await failure(renew(credentials, send))).toMatchObject({
    code: 'login_needed',
    message: expect.stringContaining('invalid_grant'),
  });
  expect(await credentials.login('ada')).toMatchObject({ state: 'ended', loggedInAt: AT });
  expect(readFileSync(join(folderOfAda(folder), '000000000002.json'), 'utf8')).not.toContain('r1');
  const asked: string[] = [];
  const again = credentials.refreshing('ada', never).renew((token) => {
    asked.push(token);
    return send(token);
  });
  expect(await failure(again)).toMatchObject({ code: 'login_needed', hint: 'Run tonearm login --account ada' });
  expect(asked).toEqual([]);
  await credentials.keep({ ...ADA, loggedInAt: '2026-09-01T00:00:00.000Z', refreshToken: 'r9' });
  expect(await credentials.login('ada')).toMatchObject({ state: 'in', loggedInAt: '2026-09-01T00:00:00.000Z' });
});

test('logging out removes every token; whose the name was stays known, unless that is to go, too', async () => {
  const folder = newFolder();
  const credentials = await loggedIn(folder);
  await renew(credentials, accounts('new').send);
  expect(await credentials.logOut('ada', { forget: false })).toBe(true);
  expect(await credentials.login('ada')).toBeNull();
  expect(await credentials.boundTo('ada')).toBe('id-ada');
  const texts = () => filesOfAda(folder).map((name) => readFileSync(join(folderOfAda(folder), name), 'utf8'));
  expect(texts().join('')).not.toMatch(/r1|r2|refreshToken/);
  expect(await credentials.logOut('ada', { forget: false })).toBe(false);
  expect(await credentials.logOut('ada', { forget: true })).toBe(true);
  expect(await credentials.boundTo('ada')).toBeNull();
  expect(texts().join('')).not.toContain('id-ada');
});

test('who logs out, or in anew, during a refresh has the last word', async () => {
  const folder = newFolder();
  const credentials = await loggedIn(folder);
  const during = (work: () => Promise<unknown>) =>
    credentials.refreshing('ada', never).renew((token) => accounts('new').send(token, async () => void (await work())));
  await during(() => opened(folder).logOut('ada', { forget: false }));
  expect(await credentials.login('ada')).toBeNull();
  await credentials.keep({ ...ADA, loggedInAt: AT, refreshToken: 'r1' });
  await during(() => opened(folder).keep({ ...ADA, loggedInAt: '2026-03-03T00:00:00.000Z', refreshToken: 'r1' }));
  expect(await credentials.login('ada')).toMatchObject({ loggedInAt: '2026-03-03T00:00:00.000Z' });
  expect(await renew(credentials, accounts('same').send)).toMatchObject({ accessToken: 'access-2' });
});

test('what a power cut spoiled is passed over for the version before it', async () => {
  const folder = newFolder();
  const credentials = await loggedIn(folder);
  writeFileSync(join(folderOfAda(folder), '000000000002.json'), '\0'.repeat(100));
  expect(await credentials.login('ada')).toMatchObject({ state: 'in' });
  await renew(credentials, accounts('new').send);
  expect(filesOfAda(folder)).toEqual(['000000000003.json']);
});

test('the lease of a process that is gone holds nobody up, that of another machine for a minute', async () => {
  const folder = newFolder();
  const credentials = await loggedIn(folder);
  const { send } = accounts('same');
  for (const lease of [
    { pid: process.pid, host: hostname() },
    { pid: 2 ** 22 + 1, host: hostname() },
    { pid: 1, host: 'elsewhere' },
  ]) {
    writeFileSync(join(folderOfAda(folder), 'refresh.lease'), JSON.stringify({ holder: 'x', ...lease }));
    expect(await renew(credentials, send)).toMatchObject({ refreshToken: 'r1' });
  }
  expect(filesOfAda(folder)).toEqual(['000000000001.json']);
});

const mayChangeUser = process.getuid?.() === 0 && process.seteuid !== undefined;
const NOBODY = 65534;

test('where the folder cannot be written nothing is asked, and the login is not lost', async () => {
  const folder = newFolder();
  const credentials = await loggedIn(folder);
  const ada = folderOfAda(folder);
  const files = filesOfAda(folder).map((name) => join(ada, name));
  if (mayChangeUser) for (const path of [join(folder, '..'), folder, ada, ...files]) chownSync(path, NOBODY, NOBODY);
  // Nobody has to get as far as its folder.
  const above = join(folder, '..', '..');
  const mode = statSync(above).mode & 0o7777;
  if (mayChangeUser) chmodSync(above, mode | 0o011);
  for (const path of files) chmodSync(path, 0o400);
  chmodSync(ada, 0o500);
  const asked: string[] = [];
  const { send } = accounts('new');
  const tried = (token: string) => {
    asked.push(token);
    return send(token);
  };
  if (mayChangeUser) process.seteuid?.(NOBODY);
  try {
    const error = await failure(renew(credentials, tried));
    expect(error).toMatchObject({ code: 'config', hint: expect.stringContaining('TONEARM_CREDENTIALS') });
    expect(asked).toEqual([]);
    chmodSync(ada, 0o700);
    // A file that is read-only is no obstacle: it is never written again.
    expect(await renew(credentials, tried)).toMatchObject({ refreshToken: 'r2' });
    expect(await renew(credentials, tried)).toMatchObject({ refreshToken: 'r3' });
  } finally {
    if (mayChangeUser) {
      process.seteuid?.(0);
      chmodSync(above, mode);
    }
  }
});

test('a file stands where the folder should be: told as what it is, before anything is asked', async () => {
  const folder = newFolder();
  mkdirSync(join(folder, '..'), { recursive: true });
  writeFileSync(folder, '');
  expect(await failure(opened(folder).checkWritable('ada'))).toMatchObject({ code: 'config', message: expect.stringContaining(folder) });
});
