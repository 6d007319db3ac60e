import type { AddVerb } from '../verb.ts';

export const addPublish: AddVerb = (program, act) => {
  program
    .command('publish')
    .summary('bring the tables to Athena')
    .description(
      'Makes the tables of a lake in a bucket what Amazon Athena shows: tables and views of AWS Glue over the files of the lake, of which nothing is copied. Does nothing where Athena shows the newest version already, and finishes what another left undone. With `aws: {publish: athena}` in tonearm.yaml every build does it.',
    )
    .action(
      act(async (cli) => {
        const done = await cli.withApp((app) => app.publish(cli.effects.signal));
        const { catalogVersion, database, replaced, statements } = done;
        const told = statements === 0 ? 'nothing to do: ' : `${replaced} tables and views changed: `;
        cli.result(done, () => `${told}the database ${database} shows catalog version ${catalogVersion}\n`);
        return 0;
      }),
    );
};
