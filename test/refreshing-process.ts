/**
 * A process that needs an access token: `node … <folder of logins> <address of the accounts service> <hours that its clock is off> [<times>]`. Says
 * `ok`, or the code of its error.
 */
import process from 'node:process';
import { CLIENT_ID } from '../simulator/http/tokens.ts';
import { createMovableClock, createSystemClock } from '../src/kernel/clock.ts';
import { asPipelineError } from '../src/kernel/errors.ts';
import { createCredentials } from '../src/pipeline/credentials.ts';
import { createKeptTokens } from '../src/source/tokens.ts';

const [folder = '', accountsUrl = '', hours = '0', times = '1'] = process.argv.slice(2);
const never = new AbortController().signal;
const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

async function refresh(): Promise<void> {
  const clock = createMovableClock(createSystemClock());
  clock.advance(Number(hours) * 60 * 60 * 1000);
  const credentials = createCredentials({ folder, accountsUrl, clientId: CLIENT_ID, clock, log });
  const retry = { attempts: 1, baseMs: 1, maxWaitMs: 1 };
  const tokens = createKeptTokens({ accountsUrl, clientId: CLIENT_ID, clock, fetch, retry, login: credentials.refreshing('ada', never) });
  await tokens.accessToken(never);
}

try {
  for (let time = 0; time < Number(times); time += 1) await refresh();
  process.stdout.write('ok\n');
} catch (error) {
  const { code, message } = asPipelineError(error);
  process.stdout.write(`${code}: ${message}\n`);
}
