import { GetSecretValueCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { expect, it } from 'vitest';
import { createSystemClock } from '../../src/kernel/clock.ts';
import { createMemoryStore } from '../../src/landing/memory-store.ts';
import type { ObjectStore } from '../../src/landing/object-store.ts';
import { type Credentials, createVaultCredentials } from '../../src/pipeline/credentials.ts';
import { secretsVault } from '../../src/pipeline/secrets-manager.ts';
import { never, SILENT } from '../sample-account.ts';
import { describeWithS3 } from './moto.ts';

const clock = createSystemClock();
const accountsUrl = 'https://accounts.test';
const clientId = 'app';

/** Whoever opens the vault of that deployment, on a machine of its own. */
const onMachine = (name: string, store: ObjectStore, app = clientId): Credentials =>
  createVaultCredentials(secretsVault({ name, region: null, accountsUrl, clientId: app }, { store, clock }), {
    ...{ clientId: app, clock, log: SILENT },
  });

const login = (refreshToken: string) => ({
  ...{ account: 'ada', accountId: 'id-ada', displayName: 'Ada', clientId, scopes: ['user-top-read'] },
  ...{ loggedInAt: '2026-03-01T00:00:00.000Z', refreshToken },
});

/** A Spotify that ends each refresh token with the refresh that it was used in. */
function rotating(first: string) {
  let current = first;
  let refreshes = 0;
  const send = async (token: string) => {
    if (token !== current) throw new Error(`${token} is dead: ${current} is in force`);
    refreshes += 1;
    current = `token-${refreshes}`;
    return { accessToken: `access-${refreshes}`, expiresInMs: 3_600_000, refreshToken: current, scopes: [] };
  };
  return { send, count: () => refreshes };
}

describeWithS3('logins in Secrets Manager', (moto) => {
  // The client of the vault finds it as that of the functions does.
  const at = (): void => {
    process.env.AWS_ENDPOINT_URL = moto().endpoint;
  };

  it('are shared by machines, one refresh at a time, and no token is lost', async () => {
    at();
    const store = createMemoryStore();
    await onMachine('shared', store).keep(login('token-0'));
    const spotify = rotating('token-0');
    const machines = [1, 2, 3].map(() => onMachine('shared', store).refreshing('ada', never));
    await Promise.all(machines.map(({ renew }) => renew(spotify.send)));
    expect(spotify.count()).toBe(3);
    expect(await onMachine('shared', store).login('ada')).toMatchObject({ state: 'in', accountId: 'id-ada' });
    await onMachine('shared', store).refreshing('ada', never).renew(spotify.send);
    expect(spotify.count()).toBe(4);
  });

  it('tell apart apps, log-outs and what was put there by hand', async () => {
    at();
    const store = createMemoryStore();
    const mine = onMachine('apart', store);
    await mine.keep(login('token-0'));
    expect(await onMachine('apart', store, 'another-app').login('ada')).toBeNull();
    const client = new SecretsManagerClient({});
    const SecretId = 'tonearm/apart/login/ada';
    await client.send(new PutSecretValueCommand({ SecretId, SecretString: 'by hand' }));
    expect(await mine.login('ada')).toMatchObject({ state: 'in' });
    expect(await mine.logOut('ada', { forget: false })).toBe(true);
    expect([await mine.login('ada'), await mine.boundTo('ada')]).toEqual([null, 'id-ada']);
    await expect(mine.refreshing('ada', never).renew(async () => Promise.reject(new Error('asked')))).rejects.toMatchObject({
      code: 'login_needed',
    });
    const { SecretString = '' } = await client.send(new GetSecretValueCommand({ SecretId }));
    expect(JSON.parse(SecretString)).toMatchObject({ state: 'out', account: 'ada' });
    client.destroy();
  });

  it('of a machine that may not write them are not refreshed, so that none is lost', async () => {
    at();
    const store = createMemoryStore();
    await onMachine('guarded', store).keep(login('token-0'));
    process.env.AWS_ENDPOINT_URL = 'http://127.0.0.1:9';
    const asked = onMachine('guarded', store).refreshing('ada', never);
    await expect(asked.renew(async () => Promise.reject(new Error('asked')))).rejects.toMatchObject({ code: 'network', retryable: true });
  });
});
