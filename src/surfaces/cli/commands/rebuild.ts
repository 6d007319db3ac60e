import type { AddVerb } from '../verb.ts';
import { STRICT, showSummary } from './summary.ts';

export const addRebuild: AddVerb = (program, act) => {
  program
    .command('rebuild')
    .summary('make every table anew from raw')
    .description(
      'Makes every table anew from what was landed, without asking Spotify anything. Queries see the old tables until it is done.',
    )
    .option(...STRICT)
    .action(
      act(async (cli, { strict = false }: { readonly strict?: boolean }) => {
        const summary = await cli.withApp((app) => app.rebuild(cli.effects.signal));
        return showSummary(cli, summary, strict);
      }),
    );
};
