import { generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { SnowflakePlace } from '../../src/engines/snowflake/place.ts';
import type { SnowflakeDriver } from '../../src/engines/snowflake/session.ts';
import { createStandIn, type StandIn } from './stand-in.ts';

export const PASSPHRASE = 'correct horse';

export interface SnowflakeWorld {
  readonly standIn: StandIn;
  readonly place: SnowflakePlace;
  readonly driver: SnowflakeDriver;
}

/** A stand-in, and a user of it with an encrypted key in that folder. */
export async function createSnowflakeWorld(folder: string): Promise<SnowflakeWorld> {
  const pair = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: PASSPHRASE },
  });
  const keyFile = join(folder, 'ana.p8');
  await writeFile(keyFile, pair.privateKey, { mode: 0o600 });
  const standIn = await createStandIn('ANA', pair.publicKey);
  const place: SnowflakePlace = {
    account: 'my-org',
    user: 'ANA',
    auth: 'key_pair',
    keyFile,
    passphrase: PASSPHRASE,
    token: null,
    role: 'TONEARM_LOADER',
    warehouse: 'TONEARM',
    database: 'TONEARM',
    schema: 'LAKE',
    address: standIn.url,
  };
  const driver: SnowflakeDriver = createRequire(import.meta.url)('snowflake-sdk');
  return { standIn, place, driver };
}
