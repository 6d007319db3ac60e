import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Clock } from '../kernel/clock.ts';
import { createSecretSeries, type SecretSeries } from './secret-series.ts';
import { aloneIn } from './sole-refresh.ts';

/** Where the logins of an account are, in words. */
export interface VaultPlace {
  readonly name: string;
  /** What to do where it cannot be written. */
  readonly hint: string;
}

/** Where the logins of one app are kept: a numbered series for each account. */
export interface LoginVault {
  seriesOf(account: string): SecretSeries;
  /**
   * Runs `work` while nobody else runs theirs for this account. It saves requests and nothing depends on it: the series decides.
   * Errors: `storage`; `cancelled`; those of `work`.
   */
  alone<T>(account: string, signal: AbortSignal, work: () => Promise<T>): Promise<T>;
  placeOf(account: string): VaultPlace;
}

export interface AppFacts {
  readonly accountsUrl: string;
  readonly clientId: string | null;
}

/** Tokens of one app are worth nothing to another, and those of a simulator are never sent to Spotify. */
export const appMark = ({ accountsUrl, clientId }: AppFacts): string =>
  createHash('sha256').update(`${accountsUrl}\n${clientId}`).digest('hex').slice(0, 12);

/** A folder of this machine, with one folder below it for each account. */
export function folderVault({ folder, clock, ...app }: AppFacts & { readonly folder: string; readonly clock: Clock }): LoginVault {
  const folderOf = (account: string): string => join(folder, `${account}.${appMark(app)}`);
  return {
    seriesOf: (account) => createSecretSeries(folderOf(account)),
    alone: (account, signal, work) => aloneIn(folderOf(account), clock, signal, work),
    placeOf: (account) => ({
      name: folderOf(account),
      hint: 'Make it writable for you alone, or name another folder with TONEARM_CREDENTIALS.',
    }),
  };
}
