import type { JsonScalar, ReportAnswer } from '../../../src/surfaces/http/answers.ts';
import { day, instant, number } from '../words/format.ts';
import { spotifyLink } from '../words/place.ts';

/** More rows than a person reads, and than a browser lays out in an instant; the download has all. */
const MOST_ROWS = 500;

const worded = (column: string): string => column.replaceAll('_', ' ');

function Cell({ name, type, value, timeZone }: { name: string; type: string; value: JsonScalar; timeZone: string }) {
  if (value === null) return '–';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'number') return name === 'rank' || name === 'hour' ? String(value) : number(value, 1);
  const link = name.endsWith('url') ? spotifyLink(value) : null;
  if (link !== null) {
    return (
      <a href={link} target="_blank" rel="noreferrer">
        Open in Spotify
      </a>
    );
  }
  if (type === 'timestamp') return instant(value, timeZone);
  return type === 'date' ? day(value) : <span dir="auto">{value}</span>;
}

/** Any report as what it is: a table. */
export function ReportTable({ answer, caption, timeZone }: { answer: ReportAnswer; caption: string; timeZone: string }) {
  const { columns, rows } = answer;
  const isNumber = (type: string): boolean => type === 'integer' || type === 'double' || type === 'decimal';
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by the keyboard
    <section class="table-frame" tabIndex={0} aria-label={`${caption}, as a table`}>
      <table class="table">
        <caption class="unseen">{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ name, type }) => (
              <th key={name} scope="col" class={isNumber(type) ? 'numeric' : ''}>
                {worded(name)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, MOST_ROWS).map((row, at) => (
            <tr key={at}>
              {columns.map(({ name, type }, column) => (
                <td key={name} class={isNumber(type) ? 'numeric' : ''}>
                  <Cell name={name} type={type} value={row[column] ?? null} timeZone={timeZone} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > MOST_ROWS ? (
        <p class="note">
          The first {number(MOST_ROWS)} of {number(rows.length)} rows; the download has all.
        </p>
      ) : null}
    </section>
  );
}
