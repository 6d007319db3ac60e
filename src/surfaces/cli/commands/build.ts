import type { AddVerb } from '../verb.ts';
import { STRICT, showSummary } from './summary.ts';

export const addBuild: AddVerb = (program, act) => {
  program
    .command('build')
    .summary('bring into the tables what was landed and is in none yet')
    .description(
      'Brings into the tables what `run --land-only`, or a run that died, has landed. Asks Spotify nothing; where nothing waits, nothing changes. Every run and import does it, too.',
    )
    .option(...STRICT)
    .action(
      act(async (cli, { strict = false }: { readonly strict?: boolean }) => {
        const summary = await cli.withApp((app) => app.build(cli.effects.signal));
        return showSummary(cli, summary, strict);
      }),
    );
};
