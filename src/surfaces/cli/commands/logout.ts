import type { AddVerb } from '../verb.ts';

export const addLogout: AddVerb = (program, act) => {
  program
    .command('logout')
    .summary('remove the login of an account from this machine')
    .description(
      'Removes the refresh token of an account, so that nothing new is read for it. What the lake holds stays; `purge` removes that. The access that you gave the app stays at Spotify until you take it away at https://www.spotify.com/account/apps/.',
    )
    .option('--account <name>', 'The account, by its name in the settings; the only one where absent')
    .action(
      act(async (cli, { account }: { readonly account?: string }) => {
        const done = await cli.withApp((app) => app.logins.logOut(account ?? null));
        cli.result(done, () => (done.wasLoggedIn ? `${done.account} is logged out\n` : `${done.account} was not logged in here\n`));
        if (done.isInEnvironment) cli.warn('a refresh token in the environment still lets it in: take TONEARM_REFRESH_TOKEN away');
        if (done.wasLoggedIn) cli.note('To take the access away at Spotify, too: https://www.spotify.com/account/apps/');
        return 0;
      }),
    );
};
