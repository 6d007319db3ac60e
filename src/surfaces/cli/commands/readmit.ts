import type { AddVerb } from '../verb.ts';

export const addReadmit: AddVerb = (program, act) => {
  program
    .command('readmit')
    .summary('let a purged account be read and imported again')
    .description('Opens an account that `tonearm purge` closed. What was removed stays removed.')
    .argument('<account>', 'The account, by its name in the settings')
    .action(
      act(async (cli, account: string) => {
        const { receipts } = await cli.withApp((app) => app.readmit(account, cli.effects.signal));
        cli.result({ account, receipts }, () => `${account} may be read and imported again\n`);
        return 0;
      }),
    );
};
