import CliTable from 'cli-table3';
import type { Paint } from './paint.ts';

type Cell = null | boolean | number | bigint | string;

export interface TableColumn {
  readonly name: string;
  /** Numbers stand to the right, with thousands separators. */
  readonly type: string;
  /** Never shortened: what a person copies into the next command. */
  readonly isWhole?: boolean;
}

export interface TableStyle {
  readonly paint: Paint;
  /** Characters in a line that the table must fit into; null = any. */
  readonly width: number | null;
}

const GAP = 2;
/** Narrower than this a text column says nothing. */
const LEAST_WIDTH = 6;
const NO_BORDERS = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '',
};

/** Plain aligned columns below their names; a text that does not fit ends with `…`, null is a dim `–`. Ends with a line feed. */
export function tableText(columns: readonly TableColumn[], rows: readonly (readonly Cell[])[], { paint, width }: TableStyle): string {
  const texts = rows.map((row) => columns.map((column, at) => cellText(row[at] ?? null, column)));
  const widths = fittedWidths(columns, texts, width);
  const table = newTable(
    widths,
    columns.map(({ type }) => (isNumber(type) ? 'right' : 'left')),
  );
  table.push(columns.map(({ name }) => paint.bold(name)));
  for (const row of texts) table.push(row.map((text) => (text === null ? paint.dim('–') : text)));
  return `${table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')}\n`;
}

const isNumber = (type: string): boolean => type === 'integer' || type === 'double';

function newTable(colWidths: (number | null)[], colAligns: ('left' | 'right')[]): CliTable.Table {
  return new CliTable({
    chars: NO_BORDERS,
    style: { 'padding-left': 0, 'padding-right': GAP, head: [], border: [], compact: true },
    colWidths,
    colAligns,
  });
}

/** Control characters could steer the terminal or break the line; a year is no quantity. */
function cellText(cell: Cell, { name, type }: TableColumn): string | null {
  if (cell === null) return null;
  if (isNumber(type) && !/(^|_)year$/.test(name) && typeof cell !== 'string' && typeof cell !== 'boolean') return numberText(cell);
  return String(cell).replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ');
}

const numberText = (value: number | bigint): string => value.toLocaleString('en-US', { maximumFractionDigits: 6 });

/** Widths of the columns, gap included. Too wide a table takes from its widest text columns, a character at a time. */
function fittedWidths(columns: readonly TableColumn[], texts: readonly (readonly (string | null)[])[], limit: number | null): number[] {
  const widths = columns.map(({ name }, at) => Math.max(1, naturalWidth([name, ...texts.map((row) => row[at] ?? '–')])) + GAP);
  const room = limit === null ? Number.POSITIVE_INFINITY : limit + GAP;
  for (let excess = widths.reduce((sum, width) => sum + width, 0) - room; excess > 0; excess -= 1) {
    const shrinkable = widths.map((width, at) =>
      columns[at]?.isWhole === true || isNumber(columns[at]?.type ?? '') || width <= LEAST_WIDTH + GAP ? 0 : width,
    );
    const widest = Math.max(...shrinkable);
    if (widest <= 0) break;
    widths[shrinkable.indexOf(widest)] = widest - 1;
  }
  return widths;
}

/** Latin letters and signs, each one cell wide. */
const NARROW = /^[\u0020-\u007e\u00a0-\u02ff\u2010-\u2027]*$/;

/** Cells of a terminal that the widest text takes; some characters take two, as cli-table3 counts them. */
function naturalWidth(texts: readonly string[]): number {
  const narrow = texts.filter((text) => NARROW.test(text));
  const longest = narrow.reduce((width, text) => Math.max(width, text.length), 0);
  if (narrow.length === texts.length) return longest;
  const table = new CliTable({ chars: NO_BORDERS, style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [], compact: true } });
  // The line of this one is filled up with spaces to the width of the column.
  table.push(['']);
  for (const text of texts) if (!NARROW.test(text)) table.push([text]);
  const [filled = ''] = table.toString().split('\n');
  return Math.max(longest, filled.length);
}
