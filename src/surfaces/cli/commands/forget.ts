import type { AddVerb } from '../verb.ts';
import { CONFIRM, showRemoval } from './removal.ts';

export const addForget: AddVerb = (program, act) => {
  program
    .command('forget')
    .summary('undo one import: remove a file, or what one run brought in')
    .description(
      'Shows what came into the lake by a file or run; with --confirm removes it. The tables are made anew from what is left. The same file may be imported again afterwards.',
    )
    .argument('<name>', 'Name of an imported file or archive, sha256 of a file, raw key, or run id')
    .option(...CONFIRM)
    .action(
      act(async (cli, name: string, { confirm = false }: { readonly confirm?: boolean }) =>
        showRemoval(cli, { verb: 'forget', name }, confirm),
      ),
    );
};
