import type { Paint } from './paint.ts';
import { cellsOf, cutTo, padEnd, padStart, plainText } from './width.ts';

type Cell = null | boolean | number | bigint | string;

export interface TableColumn {
  readonly name: string;
  /** Numbers stand to the right, with thousands separators. */
  readonly type: string;
  /** Never shortened: what a person copies into the next command. */
  readonly isWhole?: boolean;
  /** Where every row has this value (or null, or 0) and room is short, one line says so in place of the column. */
  readonly usual?: string;
}

export interface TableStyle {
  readonly paint: Paint;
  /** Characters in a line that the table must fit into; null = any. */
  readonly width: number | null;
}

const GAP = 2;
/** Narrower than this a shortened text says nothing. */
const LEAST_WIDTH = 8;

/**
 * Plain aligned columns below their names; null is a dim `–`. Where room is short, texts are cut and end with `…`; then columns that say the
 * same in every row give way to one line; then each row becomes a block with a line per column, and nothing is cut. Ends with a line feed.
 */
export function tableText(columns: readonly TableColumn[], rows: readonly (readonly Cell[])[], { paint, width }: TableStyle): string {
  const texts = rows.map((row) => columns.map((column, at) => cellText(row[at] ?? null, column)));
  const widths = fittedWidths(columns, texts, width);
  if (widths !== null || texts.length === 0) return grid(columns, texts, widths ?? naturalWidths(columns, texts), paint);

  const isUsual = columns.map((column, at) =>
    saysTheSame(
      column,
      rows.map((row) => row[at] ?? null),
    ),
  );
  const kept = <T>(cells: readonly T[]): readonly T[] => cells.filter((_, at) => isUsual[at] !== true);
  const fewer = fittedWidths(kept(columns), texts.map(kept), width);
  if (fewer === null) return blocks(columns, texts, paint);
  const left = columns.flatMap(({ name, usual }, at) =>
    isUsual[at] !== true || usual === '' ? [] : [`${name} ${usual ?? texts[0]?.[at] ?? '–'}`],
  );
  return `${grid(kept(columns), texts.map(kept), fewer, paint)}${paint.dim(cutTo(`in every row: ${left.join(', ')}`, width ?? Number.POSITIVE_INFINITY))}\n`;
}

/** A row may leave the usual value out, as a total does. */
function saysTheSame({ usual, type }: TableColumn, cells: readonly Cell[]): boolean {
  if (usual !== undefined) return cells.every((cell) => cell === usual || cell === '');
  return cells.every((cell) => cell === null) || (isNumber(type) && cells.every((cell) => cell === 0));
}

type Texts = readonly (readonly (string | null)[])[];

function grid(columns: readonly TableColumn[], texts: Texts, widths: readonly number[], paint: Paint): string {
  const line = (cells: readonly (string | null)[], style: (text: string) => string): string => {
    const parts = columns.map(({ type }, at) => {
      const [text, width] = [cells[at] ?? null, widths[at] ?? 0];
      const shown = text === null ? '–' : cutTo(text, width);
      const filled = isNumber(type) ? padStart(shown, width) : padEnd(shown, width);
      return shown === '' ? filled : filled.replace(shown, () => (text === null ? paint.dim(shown) : style(shown)));
    });
    return `${parts.join(' '.repeat(GAP)).trimEnd()}\n`;
  };
  const head = line(
    columns.map(({ name }) => plainText(name)),
    paint.bold,
  );
  return head + texts.map((cells) => line(cells, (text) => text)).join('');
}

/** As `psql` shows rows that are too wide. */
function blocks(columns: readonly TableColumn[], texts: Texts, paint: Paint): string {
  const labels = columns.map(({ name }) => plainText(name));
  const width = Math.max(...labels.map(cellsOf));
  const block = (cells: readonly (string | null)[], at: number): string => {
    const lines = cells.map((text, column) => `${padEnd(labels[column] ?? '', width)}  ${text ?? paint.dim('–')}`.trimEnd());
    return `${[paint.bold(`── ${at + 1} ──`), ...lines].join('\n')}\n`;
  };
  return texts.map(block).join('');
}

const isNumber = (type: string): boolean => type === 'integer' || type === 'double';

/** A year is no quantity. */
function cellText(cell: Cell, { name, type }: TableColumn): string | null {
  if (cell === null) return null;
  if (isNumber(type) && !/(^|_)year$/.test(name) && typeof cell !== 'string' && typeof cell !== 'boolean') return numberText(cell);
  return plainText(String(cell));
}

const numberText = (value: number | bigint): string => value.toLocaleString('en-US', { maximumFractionDigits: 6 });

const naturalWidths = (columns: readonly TableColumn[], texts: Texts): number[] =>
  columns.map(({ name }, at) =>
    texts.reduce((most, row) => Math.max(most, cellsOf(row[at] ?? '–')), Math.max(1, cellsOf(plainText(name)))),
  );

/** A part of a number or of a time is wrong, a part of a text is a part. */
const isWhole = (column: TableColumn | undefined): boolean => column?.isWhole === true || column?.type !== 'text';

/** Too wide a table takes from its widest text columns, a cell at a time. Null where it cannot be made to fit. */
function fittedWidths(columns: readonly TableColumn[], texts: Texts, limit: number | null): number[] | null {
  const most = limit ?? Number.POSITIVE_INFINITY;
  const widths = naturalWidths(columns, texts).map((width, at) => (isWhole(columns[at]) ? width : Math.min(width, most)));
  const room = limit === null ? Number.POSITIVE_INFINITY : limit - GAP * (columns.length - 1);
  for (let excess = widths.reduce((sum, width) => sum + width, 0) - room; excess > 0; excess -= 1) {
    const shrinkable = widths.map((width, at) => (isWhole(columns[at]) || width <= LEAST_WIDTH ? 0 : width));
    const widest = Math.max(...shrinkable);
    if (widest <= 0) return null;
    widths[shrinkable.indexOf(widest)] = widest - 1;
  }
  return widths;
}
