import type { RunSummary } from '../cli.ts';
import { type TableColumn, type TableStyle, tableText } from './table.ts';
import { cutTo, plainText } from './width.ts';

type File = RunSummary['files'][number];

/** Files named one by one in each list; of more than these the rest is counted. */
const FILES_SHOWN = 64;
const TALLY = ['read', 'kept', 'merged', 'duplicate', 'filtered', 'quarantined'] as const;
const FILE: TableColumn = { name: 'file', type: 'text', keepsEnd: true };

function moreThan(files: readonly File[]): string {
  const rest = files.length - FILES_SHOWN;
  return rest <= 0 ? '' : `… and ${rest.toLocaleString('en-US')} more files; --json names them all\n`;
}

/** What is wrong takes the room that it needs. */
function troubled(files: readonly File[], { paint }: TableStyle): string {
  const said = files.slice(0, FILES_SHOWN).map(({ name, outcome, note }) => {
    const why = note === null ? '' : `\n  ${plainText(note)}`;
    return `${outcome === 'refused' ? paint.red(outcome) : paint.yellow(outcome)}: ${plainText(name)}${why}\n`;
  });
  return said.join('') + moreThan(files);
}

/** Where they all lie in one archive or folder, that is said once above them. */
function commonPlace(files: readonly File[]): string {
  const [first] = files;
  if (first === undefined || files.length === 1) return '';
  const place = /^.*[!/\\]/.exec(first.name)?.[0] ?? '';
  return files.every(({ name }) => name.startsWith(place)) ? place : '';
}

const fitted = (text: string, { width }: TableStyle): string => cutTo(plainText(text), width ?? Number.POSITIVE_INFINITY);

function ofStream(stream: string, files: readonly File[], style: TableStyle): string {
  const place = commonPlace(files);
  const shown = files.slice(0, FILES_SHOWN);
  const columns: readonly TableColumn[] = [
    { ...FILE, name: place === '' ? `${stream} file` : 'file' },
    { name: 'outcome', type: 'text', usual: shown.every(({ outcome }) => outcome === 'known') ? 'known' : 'landed' },
    ...TALLY.map((name): TableColumn => ({ name, type: 'integer' })),
  ];
  const title = place === '' ? '' : `${style.paint.dim(fitted(`${stream}, in ${place}`, style))}\n`;
  const rows = shown.map((file) => [file.name.slice(place.length), file.outcome, ...TALLY.map((bucket) => file[bucket])]);
  return title + tableText(columns, rows, style) + moreThan(files);
}

/** Where they lie says nothing more than their names do. */
function leftAlone(files: readonly File[], style: TableStyle): string {
  const rows = files.slice(0, FILES_SHOWN).map(({ name, note }) => [name.split(/[!/\\]/).at(-1) ?? name, note ?? '']);
  return (
    tableText(
      [
        { ...FILE, name: 'left alone' },
        { name: 'why', type: 'text', isWhole: true },
      ],
      rows,
      style,
    ) + moreThan(files)
  );
}

/** What became of the files of an import: those in trouble with what to do, then those with records by their stream, then those left alone. */
export function fileLists({ files }: RunSummary, style: TableStyle): string {
  const isTroubled = ({ outcome, stream }: File): boolean =>
    outcome === 'refused' || outcome === 'quarantined' || (outcome === 'known' && stream === null);
  const aside = files.filter(({ outcome }) => outcome === 'left_alone');
  const placed = files.filter((file) => !isTroubled(file) && !aside.includes(file));
  const streams = [...new Set(placed.map(({ stream }) => stream ?? 'unplaced'))];
  const parts = [
    troubled(files.filter(isTroubled), style),
    ...streams.map((stream) =>
      ofStream(
        stream,
        placed.filter((file) => (file.stream ?? 'unplaced') === stream),
        style,
      ),
    ),
    aside.length === 0 ? '' : leftAlone(aside, style),
  ];
  return parts.filter((part) => part !== '').join('\n');
}
