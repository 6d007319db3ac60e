import { columnGroups, storedColumns } from './stored.ts';
import type { Table } from './table.ts';

const pack = (fields: readonly (readonly [string, string])[]): string =>
  `{${fields.map(([name, value]) => `'${name}': ${value}`).join(', ')}}`;

/**
 * SQL that merges stored rows of a `latest` table to one row per key, with all stored columns.
 *
 * Per column group the newest observation in which the group was present (`_<group>_at` not null) wins; ties go to the fuller shape, then to
 * the values themselves, column by column. A maximum is associative and commutative, so that base, deltas and new sightings may be merged
 * in any order and grouping.
 */
export function latestSelect(table: Table, from: string): string {
  const key = table.key.join(', ');
  const groups = columnGroups(table);
  const packed = groups.map(({ name, columns }) => {
    const fields = [
      ['observed', `_${name}_at`],
      ['shape', `_${name}_shape`],
      ...columns.map((column) => [column, column] as const),
    ] as const;
    return `max(${pack(fields)}) filter (where _${name}_at is not null) as ${name}_group`;
  });
  const lineage = pack([
    ['observed', '_observed_at'],
    ['key', '_raw_key'],
    ['line', '_raw_line'],
    ['item', '_raw_item'],
  ]);
  const owner = new Map(groups.flatMap(({ name, columns }) => columns.map((column) => [column, name] as const)));
  const picked = storedColumns(table).map(({ name }) => {
    const group = owner.get(name);
    if (group !== undefined) return `${group}_group.${name} as ${name}`;
    const meta = /^_(\w+)_(at|shape)$/.exec(name);
    if (meta !== null && groups.some((candidate) => candidate.name === meta[1])) {
      return `${meta[1]}_group.${meta[2] === 'at' ? 'observed' : 'shape'} as ${name}`;
    }
    const seen: Readonly<Record<string, string>> = { _observed_at: 'observed', _raw_key: 'key', _raw_line: 'line', _raw_item: 'item' };
    const field = seen[name];
    return field === undefined ? name : `seen.${field} as ${name}`;
  });
  return `select ${picked.join(', ')} from (select ${key}, ${packed.join(', ')}, max(${lineage}) as seen from ${from} group by ${key})`;
}
