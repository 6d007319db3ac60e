import { PipelineError } from '../../../kernel/errors.ts';
import type { App } from '../../../pipeline/app.ts';
import { type Cli, wholeNumber } from '../cli.ts';
import type { AddVerb } from '../verb.ts';

type Dialogue = Parameters<App['logins']['login']>[1];
type Invitation = Parameters<Dialogue['invite']>[0];
type LoggedIn = Awaited<ReturnType<App['logins']['login']>>;

interface Options {
  readonly account?: string;
  readonly port?: string;
  readonly redirectUri?: string;
  readonly browser: boolean;
  readonly paste?: boolean;
  readonly timeout: string;
}

const HIGHEST_PORT = 65_535;

export const addLogin: AddVerb = (program, act) => {
  program
    .command('login')
    .summary('let Tonearm read an account at Spotify')
    .description(
      'Opens Spotify in the browser, where you allow the app to read what the settings name and nothing else, and waits for the answer on this machine. Where no browser can be opened it shows the address: open it on any machine, and paste the address that the browser ends at. The redirect URI must be registered for your app at developer.spotify.com: http://127.0.0.1/callback, which fits any port. A login lasts six months, however often it is used. It is kept outside the lake, readable by you alone.',
    )
    .option('--account <name>', 'The account, by its name in the settings; the only one where absent')
    .option('--port <number>', 'Port on which the answer is waited for, 0 for any that is free; 8899 where absent')
    .option('--redirect-uri <address>', 'Another redirect URI that is registered for your app, such as http://[::1]:8899/callback')
    .option('--no-browser', 'Show the address, and open no browser')
    .option('--paste', 'Wait for the pasted address alone; needs no port')
    .option('--timeout <seconds>', 'How long to wait for the answer', '300')
    .action(
      act(async (cli, { account, port, redirectUri, browser, paste = false, timeout }: Options) => {
        if (port !== undefined && redirectUri !== undefined) {
          throw new PipelineError('--port and --redirect-uri say the same thing twice', {
            code: 'usage',
            hint: 'The port stands in the redirect URI.',
          });
        }
        const options = {
          account: account ?? null,
          redirectUri: redirectUri ?? null,
          port: port === undefined ? null : portOf(port),
          listens: !paste,
          timeoutMs: wholeNumber(timeout, '--timeout') * 1_000,
        };
        const login = await cli.withApp((app) => app.logins.login(options, dialogueOf(cli, browser && !paste), cli.effects.signal));
        cli.result(login, () => loginText(login));
        return 0;
      }),
    );
};

function portOf(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= HIGHEST_PORT) return port;
  throw new PipelineError(`--port is ${JSON.stringify(text)}: it takes a number up to ${HIGHEST_PORT}, 0 for any that is free`, {
    code: 'usage',
  });
}

function dialogueOf(cli: Cli, opensBrowser: boolean): Dialogue {
  return {
    invite: async (invitation) => {
      for (const line of askedLines(invitation)) cli.note(line);
      const isOpened = opensBrowser && (await cli.effects.openBrowser(invitation.url));
      if (isOpened) cli.note(`Spotify is open in your browser. If it is not, open this address:\n\n  ${invitation.url}\n`);
      // Without it nobody could go on: it is shown with --json and --quiet, too.
      else cli.effects.stderr.write(manualText(invitation));
    },
    nextLine: cli.effects.nextLine,
    turnedDown: ({ message, hint }) => cli.effects.stderr.write(`not taken: ${message}\n${hint === null ? '' : `  next: ${hint}\n`}`),
  };
}

const askedLines = ({ account, scopes }: Invitation): readonly string[] => [
  `Logging in ${account}. Spotify will ask whether the app may read:`,
  ...(scopes.length === 0 ? ['  what everybody can see'] : scopes.map(({ scope, reason }) => `  ${reason} (${scope})`)),
];

const manualText = ({ url, redirectUri }: Invitation): string => `Open this address, on any machine:

  ${url}

Afterwards the browser goes to ${redirectUri}.
If that page cannot be shown, copy its whole address from the browser and paste it here, then press Enter.
`;

function loginText({ account, displayName, accountId, expiresAt, missingScopes, isHidden }: LoggedIn): string {
  const lines = [
    `${account} is logged in as ${displayName ?? accountId}, until ${expiresAt.slice(0, 10)}`,
    ...(missingScopes.length === 0 ? [] : [`not granted: ${missingScopes.join(', ')}; what needs them cannot be read`]),
    ...(isHidden ? ['a refresh token in the environment goes before this login: take TONEARM_REFRESH_TOKEN away to use it'] : []),
  ];
  return `${lines.join('\n')}\n`;
}
