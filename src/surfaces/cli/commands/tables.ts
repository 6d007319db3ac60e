import { PipelineError } from '../../../kernel/errors.ts';
import { suggestion } from '../../../kernel/nearest.ts';
import type { Cli, Engine } from '../cli.ts';
import type { AddVerb } from '../verb.ts';

type Shape = Awaited<ReturnType<Engine['describe']>>[number];

export const addTables: AddVerb = (program, act) => {
  program
    .command('tables')
    .summary('list the tables, or the columns of one')
    .argument('[table]', 'Name of a table')
    .option('--checksums', 'Read every row: rows and checksum of each partition, to hold against another lake or engine')
    .action(
      act(async (cli, table: string | undefined, { checksums }: { readonly checksums?: boolean }) => {
        if (checksums === true) return listSums(cli, table);
        const shapes = await cli.withEngine((engine) => engine.describe());
        if (table === undefined) await listTables(cli, shapes);
        else await showTable(cli, shapes, table);
        return 0;
      }),
    );
};

async function listSums(cli: Cli, table: string | undefined): Promise<0> {
  const sums = await cli.withApp((app) => app.tableSums({ table: table ?? null }, cli.effects.signal));
  const { tableText } = await import('../render/table.ts');
  const columns = [
    { name: 'table', type: 'text' },
    { name: 'partition', type: 'text' },
    { name: 'rows', type: 'integer' },
    { name: 'checksum', type: 'text' },
  ];
  cli.result({ sums }, () =>
    tableText(
      columns,
      sums.map((sum) => [sum.table, sum.partition, sum.rows, sum.checksum]),
      cli,
    ),
  );
  return 0;
}

async function listTables(cli: Cli, shapes: readonly Shape[]): Promise<void> {
  const { tableText } = await import('../render/table.ts');
  const columns = ['table', 'kind', 'one row is'].map((name) => ({ name, type: 'text' }));
  cli.result({ tables: shapes }, () =>
    tableText(
      columns,
      shapes.map(({ table, kind, grain }) => [table, kind, grain]),
      cli,
    ),
  );
}

async function showTable(cli: Cli, shapes: readonly Shape[], name: string): Promise<void> {
  const shape = shapes.find(({ table }) => table === name);
  if (shape === undefined) {
    const names = shapes.map(({ table }) => table);
    throw new PipelineError(`there is no table ${name}`, { code: 'usage', hint: suggestion(name, names) });
  }
  const { tableText } = await import('../render/table.ts');
  const columns = ['column', 'type', 'null', 'meaning'].map((title) => ({ name: title, type: 'text' }));
  const rows = shape.columns.map(({ name: column, type, nullable, description }) => [column, type, nullable ? 'may be' : '', description]);
  cli.result(
    shape,
    () => `${cli.paint.bold(shape.table)}: ${shape.grain}; key ${shape.key.join(', ')}\n\n${tableText(columns, rows, cli)}`,
  );
}
