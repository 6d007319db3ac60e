import type { Paint } from './paint.ts';
import { cellsOf, cutStartTo, cutTo, padEnd, padStart, plainText } from './width.ts';

type Cell = null | boolean | number | bigint | string;

export interface TableColumn {
  readonly name: string;
  /** Numbers stand to the right, with thousands separators. */
  readonly type: string;
  /** Never shortened: what a person copies into the next command. */
  readonly isWhole?: boolean;
  /** Where it is shortened, its end is kept: names of files differ there. */
  readonly keepsEnd?: boolean;
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
 * Plain aligned columns below their names; null is a dim `–`. Where room is short, columns that say the same in every row give way to one line,
 * then addresses, which are worth nothing in part; then texts are cut and end with `…`. Where even that does not fit, each row becomes a block
 * with a line per column, and nothing is left out. Ends with a line feed.
 */
export function tableText(columns: readonly TableColumn[], rows: readonly (readonly Cell[])[], { paint, width }: TableStyle): string {
  const texts = rows.map((row) => columns.map((column, at) => cellText(row[at] ?? null, column)));
  const natural = naturalWidths(columns, texts);
  if (width === null || texts.length === 0 || total(natural) <= width) return grid(columns, texts, natural, paint);

  const cellsOfColumn = (at: number): readonly Cell[] => rows.map((row) => row[at] ?? null);
  const isUsual = columns.map((column, at) => saysTheSame(column, cellsOfColumn(at)));
  const isTight = total(natural.filter((_, at) => isUsual[at] !== true)) > width;
  const isLeft = columns.map(({ name }, at) => isTight && isUsual[at] !== true && /(^|_)url$/.test(name));
  const kept = <T>(cells: readonly T[]): readonly T[] => cells.filter((_, at) => isUsual[at] !== true && isLeft[at] !== true);
  const widths = fittedWidths(kept(columns), texts.map(kept), width);
  if (widths === null || widths.length === 0) return blocks(columns, texts, paint);

  const usual = columns.flatMap((column, at) =>
    isUsual[at] !== true || column.usual === '' ? [] : [`${column.name} ${column.usual ?? texts[0]?.[at] ?? '–'}`],
  );
  const left = columns.flatMap(({ name }, at) => (isLeft[at] === true ? [name] : []));
  return [
    grid(kept(columns), texts.map(kept), widths, paint),
    ...(usual.length === 0 ? [] : [`${paint.dim(cutTo(`in every row: ${usual.join(', ')}`, width))}\n`]),
    ...(left.length === 0 ? [] : [`${paint.dim(cutTo(`left out: ${left.join(', ')}; a wider terminal or --json shows all`, width))}\n`]),
  ].join('');
}

const total = (widths: readonly number[]): number => widths.reduce((sum, width) => sum + width + GAP, -GAP);

/** A row may leave the usual value out, as a total does. */
function saysTheSame({ usual, type }: TableColumn, cells: readonly Cell[]): boolean {
  if (usual !== undefined) return cells.every((cell) => cell === usual || cell === '');
  return cells.every((cell) => cell === null) || (isNumber(type) && cells.every((cell) => cell === 0));
}

type Texts = readonly (readonly (string | null)[])[];

function grid(columns: readonly TableColumn[], texts: Texts, widths: readonly number[], paint: Paint): string {
  const line = (cells: readonly (string | null)[], style: (text: string) => string): string => {
    const parts = columns.map(({ type, keepsEnd }, at) => {
      const [text, width] = [cells[at] ?? null, widths[at] ?? 0];
      const shown = text === null ? '–' : (keepsEnd === true ? cutStartTo : cutTo)(text, width);
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
function fittedWidths(columns: readonly TableColumn[], texts: Texts, limit: number): number[] | null {
  const widths = naturalWidths(columns, texts).map((width, at) => (isWhole(columns[at]) ? width : Math.min(width, limit)));
  for (let excess = total(widths) - limit; excess > 0; excess -= 1) {
    const shrinkable = widths.map((width, at) => (isWhole(columns[at]) || width <= LEAST_WIDTH ? 0 : width));
    const widest = Math.max(...shrinkable);
    if (widest <= 0) return null;
    widths[shrinkable.indexOf(widest)] = widest - 1;
  }
  return widths;
}
