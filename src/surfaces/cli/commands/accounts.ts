import type { ExitCode } from '../../../kernel/exit-code.ts';
import type { App } from '../../../pipeline/app.ts';
import { type Cli, wholeNumber } from '../cli.ts';
import type { AddVerb } from '../verb.ts';

type AccountLogin = Awaited<ReturnType<App['logins']['accounts']>>[number];

/** The option of `accounts` and `status` by which a schedule hears of a login in time. */
export const WARN_DAYS = [
  '--warn-days <days>',
  'End with 4 where an account is not logged in, or its login ends within so many days',
] as const;

export const addAccounts: AddVerb = (program, act) => {
  program
    .command('accounts')
    .summary('show who is logged in, and until when')
    .description(
      'Shows each account of the settings: who it is at Spotify, when it logged in, and when the login ends, which is six months later, however often it is used. Asks Spotify nothing.',
    )
    .option(...WARN_DAYS)
    .action(
      act(async (cli, { warnDays }: { readonly warnDays?: string }) => {
        const days = warnDays === undefined ? null : wholeNumber(warnDays, '--warn-days');
        const accounts = await cli.withApp((app) => app.logins.accounts());
        const { tableText } = await import('../render/table.ts');
        cli.result({ accounts }, () => accountsText(accounts, cli, tableText));
        return exitOf(accounts, days);
      }),
    );
};

/** 4 where only a person can help, within so many days; null: nobody asked. The date of a token in the environment is not known. */
export function exitOf(logins: readonly Pick<AccountLogin, 'from' | 'level' | 'daysLeft'>[], days: number | null): ExitCode {
  if (days === null) return 0;
  return logins.some(({ from, level, daysLeft }) => from === null || level === 'ended' || (daysLeft !== null && daysLeft < days)) ? 4 : 0;
}

function accountsText(accounts: readonly AccountLogin[], cli: Cli, tableText: typeof import('../render/table.ts').tableText): string {
  const columns = [
    ...['account', 'who', 'login', 'logged in', 'ends'].map((name) => ({ name, type: 'text' })),
    { name: 'days left', type: 'integer' },
    { name: 'not granted', type: 'text' },
  ];
  const rows = accounts.map(({ account, displayName, accountId, loggedInAt, expiresAt, daysLeft, missingScopes, ...login }) => [
    account,
    displayName ?? accountId,
    stateOf(login),
    loggedInAt?.slice(0, 10) ?? null,
    expiresAt?.slice(0, 10) ?? null,
    daysLeft,
    missingScopes === null || missingScopes.length === 0 ? null : missingScopes.join(', '),
  ]);
  return tableText(columns, rows, cli);
}

function stateOf({ from, level, problem }: Pick<AccountLogin, 'from' | 'level' | 'problem'>): string {
  if (problem !== null) return 'cannot be read';
  if (from === 'environment') return 'token in the environment';
  if (level === 'none') return 'not logged in';
  return level === 'ended' ? 'over' : 'logged in';
}
