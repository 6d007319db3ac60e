const segments = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Latin letters and signs, each one cell wide. */
const NARROW = /^[\u0020-\u007e\u00a1-\u00ac\u00ae-\u02ff\u2010-\u2027]*$/;

/**
 * East Asian characters of full width, and signs that terminals draw as pictures. The blocks of https://www.unicode.org/reports/tr11/ in which
 * wide characters lie, not each character of them.
 */
const WIDE =
  /[\u1100-\u115f\u231a\u231b\u2329\u232a\u23e9-\u23ec\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18aff}\u{1b000}-\u{1b2ff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}|\ufe0f/u;

/** Cells of a terminal that a text without control characters takes. */
export function cellsOf(text: string): number {
  if (NARROW.test(text)) return text.length;
  let cells = 0;
  for (const { segment } of segments.segment(text)) cells += graphemeCells(segment);
  return cells;
}

/** Several letters of Indic scripts may be one character: each takes its cell, and its marks none. */
const graphemeCells = (grapheme: string): number =>
  WIDE.test(grapheme) ? 2 : [...grapheme].filter((letter) => !/[\p{Mark}\p{Cf}]/u.test(letter)).length;

/** At most so many cells; what is cut ends with `…`. Never a part of a character. */
export function cutTo(text: string, most: number): string {
  if (cellsOf(text) <= most) return text;
  let kept = '';
  let cells = 1;
  for (const { segment } of segments.segment(text)) {
    cells += graphemeCells(segment);
    if (cells > most) break;
    kept += segment;
  }
  return `${kept}…`;
}

/** At most so many cells; what is cut begins with `…`. Never a part of a character. */
export function cutStartTo(text: string, most: number): string {
  if (cellsOf(text) <= most) return text;
  let kept = '';
  let cells = 1;
  for (const { segment } of [...segments.segment(text)].reverse()) {
    cells += graphemeCells(segment);
    if (cells > most) break;
    kept = `${segment}${kept}`;
  }
  return `…${kept}`;
}

/** Lines of at most so many cells; words stay whole, and one that is wider than that has its line alone. */
export function wrapped(text: string, most: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && cellsOf(last) + 1 + cellsOf(word) <= most) lines[lines.length - 1] = `${last} ${word}`;
    else if (word !== '') lines.push(word);
  }
  return lines.map((line) => line.trimEnd());
}

/** Filled up with spaces to so many cells. */
export const padEnd = (text: string, cells: number): string => `${text}${' '.repeat(Math.max(0, cells - cellsOf(text)))}`;
export const padStart = (text: string, cells: number): string => `${' '.repeat(Math.max(0, cells - cellsOf(text)))}${text}`;

/**
 * What could steer the terminal or break the line becomes a space; marks that have no shape of their own, such as those that turn the
 * direction of writing, go away.
 */
export const plainText = (text: string): string => text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').replace(/\p{Cf}+/gu, '');
