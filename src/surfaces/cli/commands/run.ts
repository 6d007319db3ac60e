import type { AddVerb } from '../verb.ts';
import { NOW, STRICT, showSummary } from './summary.ts';

interface Options {
  readonly account?: readonly string[];
  readonly stream?: readonly string[];
  readonly landOnly?: boolean;
  readonly now?: boolean;
  readonly strict?: boolean;
}

export const addRun: AddVerb = (program, act) => {
  program
    .command('run')
    .summary('read what is new at Spotify and bring it into the tables')
    .description('Reads what is new at Spotify, lands it as received, and brings it into the tables. Twice is safe.')
    .option('--account <name...>', 'Only these accounts')
    .option('--stream <name...>', 'Only these streams')
    .option('--land-only', 'Keep what is read as it was received, and leave the tables to the next build')
    .option(...NOW)
    .option(...STRICT)
    .action(
      act(async (cli, { account = [], stream = [], landOnly = false, now = false, strict = false }: Options) => {
        const options = { accounts: account, streams: stream, landOnly, now };
        const summary = await cli.withApp((app) => app.run(options, cli.effects.signal));
        return showSummary(cli, summary, strict);
      }),
    );
};
