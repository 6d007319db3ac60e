import { wholeNumber } from '../cli.ts';
import type { AddVerb } from '../verb.ts';
import { NOW, STRICT, showSummary } from './summary.ts';

interface Options {
  readonly account?: string;
  readonly budget?: string;
  readonly now?: boolean;
  readonly strict?: boolean;
}

export const addEnrich: AddVerb = (program, act) => {
  program
    .command('enrich')
    .summary('ask Spotify for tracks that plays name and nothing has described')
    .description(
      'Asks for the tracks that plays and lists name and no answer has described, most played first, and brings them into the tables. Goes on where it ended; what Spotify does not know is asked for again after 90 days. `enrichment` in the settings makes every run do it.',
    )
    .option('--account <name>', 'Account whose login asks; the first that has one where absent')
    .option('--budget <requests>', 'Requests at most; as the settings say, or 100, where absent')
    .option(...NOW)
    .option(...STRICT)
    .action(
      act(async (cli, { account, budget, now = false, strict = false }: Options) => {
        const options = { account: account ?? null, budget: budget === undefined ? null : wholeNumber(budget, '--budget'), now };
        const summary = await cli.withApp((app) => app.enrich(options, cli.effects.signal));
        return showSummary(cli, summary, strict);
      }),
    );
};
