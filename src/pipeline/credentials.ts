import { z } from 'zod';
import type { Clock } from '../kernel/clock.ts';
import { asPipelineError, PipelineError } from '../kernel/errors.ts';
import type { Log } from '../kernel/log.ts';
import type { KeptLogin } from '../source/tokens.ts';
import { folderVault, type LoginVault, type VaultPlace } from './login-vault.ts';
import type { SecretSeries, Slot } from './secret-series.ts';

const facts = {
  account: z.string(),
  accountId: z.string(),
  displayName: z.string().nullable(),
  /** The app: tokens of one are worth nothing to another. */
  clientId: z.string(),
  /** Granted by the person. */
  scopes: z.array(z.string()),
  /** A refresh does not change it. */
  loggedInAt: z.iso.datetime(),
};

const keptEntry = z.discriminatedUnion('state', [
  z.object({ state: z.literal('in'), ...facts, refreshToken: z.string().min(1), number: z.int() }),
  z.object({ state: z.literal('ended'), ...facts, endedAt: z.iso.datetime() }),
  /** What stays of a login that was ended here: whose it was, so that the name is not given to somebody else by a slip. */
  z.object({ state: z.literal('out'), account: z.string(), accountId: z.string().nullable(), endedAt: z.iso.datetime() }),
]);
type Entry = z.infer<typeof keptEntry>;
type LoggedInEntry = Extract<Entry, { state: 'in' }>;

/** What is known of an account's login, without what is secret. `ended`: Spotify has refused it. `out`: logged out here. */
export type KnownLogin = Omit<LoggedInEntry, 'state' | 'refreshToken' | 'number'> & { readonly state: 'in' | 'ended' };

/** Logins that are kept outside the lake, for one app. */
export interface Credentials {
  /** Null where nobody is logged in. Errors: `storage`. */
  login(account: string): Promise<KnownLogin | null>;
  /** The Spotify account that the name stands for, also when it is logged out; null where it never stood for one. */
  boundTo(account: string): Promise<string | null>;
  /** Errors: `config` where it could not be kept. */
  checkWritable(account: string): Promise<void>;
  /** Keeps a new login in place of the one before. */
  keep(login: Omit<LoggedInEntry, 'state' | 'number'>): Promise<void>;
  /** Removes the tokens; `forget` whose they were, too. False where there was nothing to remove. */
  logOut(account: string, options: { readonly forget: boolean }): Promise<boolean>;
  /** One refresh at a time, in whichever process. Errors: `login_needed`, `config` where what it gives could not be kept, those of a request. */
  refreshing(account: string, signal: AbortSignal): KeptLogin;
}

interface Surroundings {
  /** Null: no app, so nobody is logged in. */
  readonly clientId: string | null;
  readonly clock: Clock;
  readonly log: Log;
}

export interface CredentialsOptions extends Surroundings {
  /** Absolute, never in a lake; null: none are kept. */
  readonly folder: string | null;
  readonly accountsUrl: string;
}

/** So long is a refresh token that somebody else has just been given waited for, before the login is taken for ended. */
const NEWER_WITHIN_MS = 2_000;
const POLL_MS = 100;
/** Lost races for the next number; each is another writer's success. */
const ATTEMPTS = 20;

const isWhole = (text: string): boolean => entryOf(text) !== null;

function entryOf(text: string): Entry | null {
  try {
    return keptEntry.safeParse(JSON.parse(text)).data ?? null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** Each is given the number that it is written under, so that one which a killed process left can tell where it belongs. */
type Unnumbered = Exclude<Entry, LoggedInEntry> | Omit<LoggedInEntry, 'number'>;

interface Head {
  readonly version: number;
  readonly entry: Entry | null;
}

async function headOf(series: SecretSeries): Promise<Head> {
  const found = await series.newest(isWhole);
  return { version: found?.version ?? 0, entry: found?.text == null ? null : entryOf(found.text) };
}

/** Writes on top of whatever is newest, unless `gives` finds nothing to write there. False: nothing was written. */
async function writeOnTop(
  series: SecretSeries,
  slot: Slot,
  first: Head,
  gives: (entry: Entry | null) => Unnumbered | null,
): Promise<boolean> {
  let head = first;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const entry = gives(head.entry);
    if (entry === null) return false;
    const text = JSON.stringify(entry.state === 'in' ? { ...entry, number: head.version + 1 } : entry);
    if ((await slot.write(head.version, text)) === 'written') {
      await series.removeUpTo(head.version);
      return true;
    }
    head = await headOf(series);
  }
  throw new PipelineError(`other processes changed the login ${ATTEMPTS} times meanwhile`, { code: 'conflict', retryable: true });
}

const isSameLogin = (entry: Entry | null, login: LoggedInEntry): boolean =>
  entry !== null && entry.state !== 'out' && entry.accountId === login.accountId && entry.loggedInAt === login.loggedInAt;

/**
 * Logins in a folder of mode 700: below it one folder for each account of each app, with a numbered series of files of mode 600 in which the highest
 * number is true. Two processes, a kill, a clock that is wrong and a folder that cannot be written lose no login, with one exception that
 * nobody can mend: a token that Spotify has sent and that was not yet written when the process was killed.
 */
export function createCredentials({ folder, accountsUrl, ...options }: CredentialsOptions): Credentials {
  const { clientId, clock } = options;
  return createVaultCredentials(folder === null ? null : folderVault({ folder, accountsUrl, clientId, clock }), options);
}

/** The same for logins that are kept elsewhere; null: none are kept. */
export function createVaultCredentials(vault: LoginVault | null, { clientId, clock, log }: Surroundings): Credentials {
  const vaultHere = (): LoginVault => {
    if (vault !== null) return vault;
    throw new PipelineError('there is no folder to keep logins in', { code: 'config', hint: 'Name one with TONEARM_CREDENTIALS.' });
  };
  const seriesOf = (account: string): SecretSeries => vaultHere().seriesOf(account);
  const read = async (account: string): Promise<Entry | null> =>
    clientId === null || vault === null ? null : (await headOf(seriesOf(account))).entry;
  const now = (): string => clock.now().toISOString();

  async function withSlot<T>(account: string, work: (series: SecretSeries, slot: Slot) => Promise<T>): Promise<T> {
    const series = seriesOf(account);
    const slot = await prepared(series, () => vaultHere().placeOf(account));
    try {
      return await work(series, slot);
    } finally {
      await slot.release();
    }
  }

  async function newerThan(series: SecretSeries, version: number): Promise<boolean> {
    const never = new AbortController().signal;
    for (let waited = 0; waited < NEWER_WITHIN_MS; waited += POLL_MS) {
      if ((await headOf(series)).version > version) return true;
      await clock.sleep(POLL_MS, never);
    }
    return false;
  }

  /** A token that was on the disk and not yet in place when its process was killed is put there: its predecessor may be dead. */
  async function rescueLeft(account: string): Promise<void> {
    const series = seriesOf(account);
    await series.removeLeftovers(async (text) => {
      const left = entryOf(text);
      const head = await headOf(series);
      if (left?.state !== 'in' || left.number !== head.version + 1 || !isSameLogin(head.entry, left)) return;
      await withSlot(account, (_, slot) => writeOnTop(series, slot, head, (newest) => (isSameLogin(newest, left) ? left : null)));
    });
  }

  async function renewed(account: string, send: Parameters<KeptLogin['renew']>[0]): ReturnType<KeptLogin['renew']> {
    await rescueLeft(account);
    return withSlot(account, async (series, slot) => {
      for (;;) {
        const head = await headOf(series);
        const login = head.entry;
        if (login?.state !== 'in') throw notLoggedIn(account, login?.state ?? 'out');
        const granted = await send(login.refreshToken);
        if ('dead' in granted) {
          // Another process may have refreshed it meanwhile: then this token is dead, and the login is not.
          if (await newerThan(series, head.version)) continue;
          const { refreshToken: _, number: __, ...known } = login;
          await writeOnTop(series, slot, head, (entry) => (entry === login ? { ...known, state: 'ended', endedAt: now() } : null));
          throw ended(account, granted.dead);
        }
        const { refreshToken } = granted;
        if (refreshToken === null || refreshToken === login.refreshToken) return granted;
        const entry: Unnumbered = { ...login, refreshToken };
        const isKept = await keepNew(account, () =>
          writeOnTop(series, slot, head, (newest) => (isSameLogin(newest, login) ? entry : null)),
        );
        if (!isKept)
          log.warn('the account was logged in anew or logged out during a refresh; what the refresh gave is not kept', { account });
        return granted;
      }
    });
  }

  return {
    login: async (account) => {
      const entry = await read(account);
      if (entry === null || entry.state === 'out') return null;
      const { accountId, displayName, clientId: app, scopes, loggedInAt, state } = entry;
      return { account, accountId, displayName, clientId: app, scopes, loggedInAt, state };
    },
    boundTo: async (account) => (await read(account))?.accountId ?? null,
    checkWritable: (account) => withSlot(account, async () => undefined),
    keep: (login) =>
      withSlot(login.account, async (series, slot) => {
        await writeOnTop(series, slot, await headOf(series), () => ({ ...login, state: 'in' }));
      }),
    logOut: async (account, { forget }) => {
      const entry = await read(account);
      if (entry === null || (entry.state === 'out' && !(forget && entry.accountId !== null))) return false;
      await withSlot(account, async (series, slot) => {
        const gone: Entry = { state: 'out', account, accountId: forget ? null : entry.accountId, endedAt: now() };
        await writeOnTop(series, slot, await headOf(series), () => gone);
        await series.removeLeftovers(async () => undefined);
      });
      return true;
    },
    refreshing: (account, signal) => ({
      renew: async (send) => {
        const known = await read(account);
        // Where nobody is logged in nothing is made, not even the folder.
        if (known?.state !== 'in') throw notLoggedIn(account, known?.state ?? 'out');
        let isAlone = false;
        try {
          return await vaultHere().alone(account, signal, () => {
            isAlone = true;
            return renewed(account, send);
          });
        } catch (error) {
          throw isAlone ? error : notWritable(error, vaultHere().placeOf(account));
        }
      },
    }),
  };
}

/** What cannot be written is told before anything is asked: what Spotify gives could not be kept. */
async function prepared(series: SecretSeries, placeOf: () => VaultPlace): Promise<Slot> {
  try {
    return await series.prepare();
  } catch (error) {
    throw notWritable(error, placeOf());
  }
}

async function keepNew(account: string, write: () => Promise<boolean>): Promise<boolean> {
  try {
    return await write();
  } catch (error) {
    throw new PipelineError(`the new refresh token of account ${account} could not be kept: ${asPipelineError(error).message}`, {
      code: 'storage',
      hint: `If the next run asks for a login, the old token has ended: run tonearm login --account ${account}`,
      cause: error,
    });
  }
}

function notWritable(error: unknown, { name, hint }: VaultPlace): unknown {
  if (!(error instanceof PipelineError) || error.code !== 'storage') return error;
  return new PipelineError(`logins cannot be kept in ${name}: ${error.message}`, {
    code: 'config',
    hint: `${hint} No login is lost: nothing was asked of Spotify.`,
    cause: error,
  });
}

function notLoggedIn(account: string, state: 'out' | 'ended'): PipelineError {
  const what = state === 'out' ? 'is not logged in' : 'has to log in again: Spotify has ended its login';
  return new PipelineError(`account ${account} ${what}`, { code: 'login_needed', hint: `Run tonearm login --account ${account}` });
}

const ended = (account: string, dead: PipelineError): PipelineError =>
  new PipelineError(`account ${account} has to log in again: ${dead.message}`, {
    code: 'login_needed',
    hint: `Run tonearm login --account ${account}: a login ends six months after it was made, or when access is withdrawn.`,
    cause: dead,
  });
