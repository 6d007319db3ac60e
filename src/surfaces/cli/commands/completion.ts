import { Argument, type Command } from 'commander';
import type { Cli } from '../cli.ts';
import type { Shell } from '../completion/scripts.ts';
import type { AddVerb } from '../verb.ts';

export const addCompletion: AddVerb = (program, act) => {
  program
    .command('completion')
    .summary('write a script that completes verbs, options and names in your shell')
    .description('Writes a script with every verb, option, report, table and stream for your shell. Its first lines say how to load it.')
    .addArgument(new Argument('<shell>', 'Your shell').choices(['bash', 'zsh', 'fish']))
    .action(act(async (cli, shell: Shell) => complete(cli, program, shell)));
};

async function complete(cli: Cli, program: Command, shell: Shell): Promise<0> {
  const [{ completionScript, LOADING }, { placesOf }, { REPORTS }, { TABLE_NAMES }, { ALL_STREAMS }] = await Promise.all([
    import('../completion/scripts.ts'),
    import('../completion/places.ts'),
    import('../../../reports/reports.ts'),
    import('../../../pipeline/names.ts'),
    import('../../../pipeline/settings.ts'),
  ]);
  const names = { reports: REPORTS.map(({ name }) => name), tables: TABLE_NAMES, streams: ALL_STREAMS };
  const script = completionScript(shell, placesOf(program, names));
  cli.result({ shell, script }, () => script);
  if (cli.effects.stdout.isTerminal) cli.note(`To have it in every shell: ${LOADING[shell]}`);
  return 0;
}
