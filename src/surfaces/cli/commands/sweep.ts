import type { AddVerb } from '../verb.ts';

export const addSweep: AddVerb = (program, act) => {
  program
    .command('sweep')
    .summary('remove files that nothing names any more')
    .description(
      'Removes table files, catalog versions and temporary files that nothing of the last 24 hours names. Raw is never swept. Runs do this once a day by themselves.',
    )
    .action(
      act(async (cli) => {
        const swept = await cli.withApp((app) => app.sweep());
        const { tableFiles, bytes, catalogVersions, segments, tempFiles } = swept;
        const counts = `${tableFiles} table files (${bytes} bytes), ${catalogVersions} catalog versions, ${segments} segments, ${tempFiles} temporary files`;
        cli.result(swept, () => `removed ${counts}\n`);
        return 0;
      }),
    );
};
