/** Loads of Snowflake: what is asked of it, and what that costs here. It is the tests' own, in another process; what Snowflake does is not measured. */
import { fork } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundled } from '../bundled.mjs';
import { lakeOf } from '../data/lakes.mjs';
import { atMost, told } from '../measure.mjs';
import { withFolder } from '../measured.mjs';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const PLAYS = 2_000_000;
/** Statements of a load: none is left out that would keep it exact. */
const MOST_STATEMENTS = { 'one more year': 10, 'nothing new': 2 };

/** A stand-in in a process of its own, and who may log in there. */
async function standInFor(folder) {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const [keyFile, publicKeyFile] = [join(folder, 'bench.p8'), join(folder, 'bench.pub')];
  writeFileSync(keyFile, privateKey, { mode: 0o600 });
  writeFileSync(publicKeyFile, publicKey);
  const child = fork(join(root, 'bench', 'snowflake', 'stand-in.mjs'), ['BENCH', publicKeyFile]);
  const [{ url }] = await once(child, 'message');
  const place = { account: 'bench', user: 'BENCH', auth: 'key_pair', keyFile, passphrase: null, token: null, address: url };
  const names = { role: 'TONEARM_LOADER', warehouse: 'TONEARM', database: 'TONEARM', schema: 'LAKE' };
  return {
    place: { ...place, ...names },
    counts: async () => {
      child.send('counts');
      return (await once(child, 'message'))[0];
    },
    close: async () => {
      child.send('close');
      await once(child, 'exit');
    },
  };
}

export const snowflake = {
  name: 'snowflake',
  measure: async () => {
    // `npm test` installs it; the other benches need it not.
    if (!existsSync(join(root, 'test', 'snowflake', 'node_modules', 'snowflake-sdk'))) {
      return [told('loads', null, '', 'npm --prefix test/snowflake ci installs the driver')];
    }
    return withFolder(async (folder) => {
      const lake = await lakeOf({ plays: PLAYS, items: 0 });
      const { measurePublish } = await bundled('bench/snowflake/published.ts');
      const standIn = await standInFor(folder);
      try {
        const found = await measurePublish({ lake, root, tempDir: join(folder, 'temp'), ...standIn });
        return found.flatMap(({ what, files, rows, statements, requests, cpuSeconds }) => {
          const note = `${rows.toLocaleString('en-US')} rows in ${files} files`;
          const most = MOST_STATEMENTS[what];
          return [
            most === undefined
              ? told(`${what}: statements`, statements, '', note)
              : atMost(`${what}: statements`, statements, '', most, note),
            told(`${what}: round trips, with login`, requests, ''),
            told(`${what}: processor time here`, cpuSeconds, 's'),
          ];
        });
      } finally {
        await standIn.close();
      }
    });
  },
};
