import type { AccountConfig } from '../config.ts';
import { PipelineError } from '../kernel/errors.ts';
import { suggestion } from '../kernel/nearest.ts';
import { redeemCode, whoLoggedIn } from '../source/login.ts';
import { endOfLogin } from '../source/login-end.ts';
import { type AskedScope, leastScopes } from '../source/scopes.ts';
import { refusePurged } from './closed-accounts.ts';
import type { Context } from './context.ts';
import { askForCode } from './login-answer.ts';
import { loginDates } from './login-dates.ts';
import type { AccountLogin, LoggedIn, LoginDialogue, LoginOptions, Logins } from './logins.ts';
import { chosenStreams } from './reading.ts';
import { tokenOptions } from './spotify-access.ts';

export function createLogins(context: Context): Logins {
  const { credentials } = context;
  return {
    login: (options, dialogue, signal) => login(context, options, dialogue, signal),
    logOut: async (name) => {
      const { name: account, refreshToken } = accountOf(context, name);
      return { account, wasLoggedIn: await credentials.logOut(account, { forget: false }), isInEnvironment: refreshToken !== null };
    },
    accounts: () => accounts(context),
    dates: () => loginDates(context),
  };
}

function accountOf({ config }: Context, name: string | null): AccountConfig {
  const known = config.accounts.map((account) => account.name);
  const found = config.accounts.find((account) => name === null || account.name === name);
  if (found !== undefined && (name !== null || known.length === 1)) return found;
  const [message, hint] =
    name === null
      ? ['there are several accounts: which one?', `Name it with --account: ${known.join(', ')}`]
      : [`no account ${name} in the settings`, suggestion(name, known) ?? `accounts are: ${known.join(', ')}`];
  throw new PipelineError(message, { code: 'usage', hint });
}

const scopesOf = ({ config }: Context, account: string): readonly AskedScope[] =>
  leastScopes(chosenStreams(config, { accounts: [account], streams: [] }).flatMap(({ streams }) => streams.map(({ stream }) => stream)));

async function accounts(context: Context): Promise<readonly AccountLogin[]> {
  const found: AccountLogin[] = [];
  for (const dates of await loginDates(context)) {
    const login = dates.from === 'credentials' ? await context.credentials.login(dates.account) : null;
    const { accountId = null, displayName = null, scopes = null } = login ?? {};
    const missingScopes = scopes === null ? null : missing(scopesOf(context, dates.account), scopes);
    found.push({ ...dates, accountId, displayName, scopes, missingScopes });
  }
  return found;
}

const missing = (asked: readonly AskedScope[], granted: readonly string[]): readonly string[] =>
  asked.flatMap(({ scope }) => (granted.includes(scope) ? [] : [scope]));

async function login(context: Context, options: LoginOptions, dialogue: LoginDialogue, signal: AbortSignal): Promise<LoggedIn> {
  const account = accountOf(context, options.account);
  const tokens = tokenOptions(context);
  await refusePurged(context, account.name);
  await context.credentials.checkWritable(account.name);
  const asked = scopesOf(context, account.name);
  const code = await askForCode(context, { ...options, account: account.name, asked }, dialogue, signal);
  const given = await redeemCode(tokens, code.attempt, code.code);
  const { apiUrl } = context.config.spotify;
  const person = await whoLoggedIn({ ...tokens, apiUrl }, given.accessToken, signal);
  await checkIdentity(context, account.name, person);
  const loggedInAt = context.clock.now().toISOString();
  const { clientId } = tokens;
  const { refreshToken, scopes } = given;
  await context.credentials.keep({ account: account.name, ...person, clientId, scopes: [...scopes], loggedInAt, refreshToken });
  return {
    account: account.name,
    ...person,
    loggedInAt,
    expiresAt: endOfLogin(new Date(loggedInAt)).toISOString(),
    scopes,
    missingScopes: missing(asked, scopes),
    isHidden: account.refreshToken !== null,
  };
}

/** A name stands for one person for good: what it read is filed under it. */
async function checkIdentity(
  context: Context,
  account: string,
  { accountId, displayName }: { accountId: string; displayName: string | null },
): Promise<void> {
  const who = displayName ?? accountId;
  const bound = await context.credentials.boundTo(account);
  if (bound !== null && bound !== accountId) {
    throw new PipelineError(`${who} logged in, but ${account} is another Spotify account`, {
      code: 'config',
      hint: `Nothing was changed. Log out at spotify.com in the browser and log in as ${account}, or give ${who} an account of its own in tonearm.yaml.`,
    });
  }
  for (const { name } of context.config.accounts) {
    if (name === account || (await context.credentials.boundTo(name)) !== accountId) continue;
    throw new PipelineError(`${who} logged in, which is the account ${name} already`, {
      code: 'config',
      hint: `Nothing was changed. Log out at spotify.com in the browser and log in as ${account}.`,
    });
  }
}
