import type { Glue } from './glue.ts';
import { viewTable, type WantedTable } from './glue-tables.ts';
import type { AthenaPlace } from './place.ts';

/** What Athena shows, by its view `published_version`. */
export interface Published {
  /** Null: nothing was ever published. */
  readonly version: number | null;
  /** The version that its tables are being brought to, or were when a publisher died; null: all show `version`. */
  readonly switchingTo: number | null;
}

export const PUBLISHED_VERSION = 'published_version';
/** Parameters of Glue's tables, here and at every table. */
export const VERSION = 'tonearm.version';
const SWITCHING = 'tonearm.switching_to';

const numberOf = (text: string | undefined): number | null => (text === undefined || text === '' ? null : Number(text));

export async function readPublished(glue: Pick<Glue, 'table'>): Promise<Published> {
  return publishedOf((await glue.table(PUBLISHED_VERSION))?.parameters ?? {});
}

export const publishedOf = (parameters: Readonly<Record<string, string>>): Published => ({
  version: numberOf(parameters[VERSION]),
  switchingTo: numberOf(parameters[SWITCHING]),
});

/** The view that says so: one row, in itself, so that it changes at once. */
export function publishedTable({ version, switchingTo }: Published, at: Date, place: AthenaPlace): WantedTable {
  const number = (value: number | null): string => `cast(${value ?? 'null'} as bigint)`;
  const time = at.toISOString().replace('T', ' ').replace('Z', '');
  const sql = `select ${number(version)} as catalog_version, ${number(switchingTo)} as switching_to, cast(timestamp '${time}' as timestamp(3)) as changed_at`;
  const columns = [
    { name: 'catalog_version', type: 'BIGINT', description: 'Version of the catalog that the tables show' },
    { name: 'switching_to', type: 'BIGINT', description: 'Version that some of them show already; null where none does' },
    { name: 'changed_at', type: 'TIMESTAMP', description: 'Since when (UTC)' },
  ];
  const table = viewTable({ name: PUBLISHED_VERSION, sql, columns }, place);
  const said = { [VERSION]: String(version ?? ''), [SWITCHING]: String(switchingTo ?? '') };
  return { ...table, input: { ...table.input, Parameters: { ...table.input.Parameters, ...said } } };
}
