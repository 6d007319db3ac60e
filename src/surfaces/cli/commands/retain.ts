import type { AddVerb } from '../verb.ts';
import { CONFIRM, showRemoval } from './removal.ts';

export const addRetain: AddVerb = (program, act) => {
  program
    .command('retain')
    .summary('remove what is older than the settings keep it')
    .description(
      'Shows raw that is older than `retention` in the settings keeps its source; with --confirm removes it. The tables are made anew from what is left. Without that setting everything is kept.',
    )
    .option(...CONFIRM)
    .action(act(async (cli, { confirm = false }: { readonly confirm?: boolean }) => showRemoval(cli, { verb: 'retain' }, confirm)));
};
