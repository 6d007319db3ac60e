import type { Compaction } from '../../../pipeline/answers.ts';
import type { Cli } from '../cli.ts';
import type { AddVerb } from '../verb.ts';

export const addCompact: AddVerb = (program, act) => {
  program
    .command('compact')
    .summary('make one file of each partition that has several')
    .description(
      'Makes one file of each partition that has several: same rows, held by their checksum, and faster to read. Safe beside readers; files that were replaced go with the first sweep after 24 hours. Builds do it by themselves when the files of a table have grown by a tenth, or are more than 32.',
    )
    .option('--dry-run', 'tell what would be done, with bytes as an estimate, and change nothing')
    .action(
      act(async (cli, { dryRun = false }: { readonly dryRun?: boolean }) => {
        const done = await cli.withApp((app) => app.compact({ isDryRun: dryRun }, cli.effects.signal));
        const { tableText } = await import('../render/table.ts');
        cli.result(done, () => compactionText(done, cli, tableText));
        return 0;
      }),
    );
};

const COLUMNS = ['table', 'partition', 'rows', 'files', 'bytes', 'after'];

function compactionText(done: Compaction, cli: Cli, tableText: typeof import('../render/table.ts').tableText): string {
  if (done.waitsForRebuild) return 'nothing to compact: the next run makes the tables anew, because their rules changed\n';
  if (done.partitions.length === 0) return 'nothing to compact: every partition is one file\n';
  const rows = done.partitions.map(({ table, partition, rows, before, after }) => [
    table,
    partition,
    rows,
    before.files,
    before.bytes,
    after.bytes,
  ]);
  const columns = COLUMNS.map((name) => ({ name, type: name === 'table' || name === 'partition' ? 'text' : 'integer' }));
  const became = done.isDryRun
    ? 'would become one file each, of about as many bytes as `after` says'
    : `are one file each in catalog version ${done.catalogVersion}; the old files go with the first sweep after 24 hours`;
  return `${tableText(columns, rows, cli)}\n${done.partitions.length} partitions ${became}\n`;
}
