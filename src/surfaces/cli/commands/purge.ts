import type { AddVerb } from '../verb.ts';
import { CONFIRM, showRemoval } from './removal.ts';

export const addPurge: AddVerb = (program, act) => {
  program
    .command('purge')
    .summary('remove everything of one account')
    .description(
      'Shows what the lake holds of one account; with --confirm removes it: raw, tables, states and history. The tables are made anew from what is left. The account is closed: nothing of it is read or imported until `tonearm readmit`. Ended half-way, the same command finishes it.',
    )
    .requiredOption('--account <name>', 'The account, by its name in the settings')
    .option(...CONFIRM)
    .action(
      act(async (cli, { account, confirm = false }: { readonly account: string; readonly confirm?: boolean }) =>
        showRemoval(cli, { verb: 'purge', account }, confirm),
      ),
    );
};
