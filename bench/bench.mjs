/**
 * `npm run bench [-- <name>…] [--json] [--rounds <n>]`: how long things take, as ratios against a limit or a baseline of the same run. Runs of what is
 * compared are interleaved and their medians count. Makes what it reads once, in `.bench-cache`.
 */
import { parseArgs } from 'node:util';
import { machine } from './measured.mjs';
import { importing } from './parts/import.mjs';
import { increment } from './parts/increment.mjs';
import { lambda } from './parts/lambda.mjs';
import { manners } from './parts/manners.mjs';
import { memory } from './parts/memory.mjs';
import { queryWhileWriting } from './parts/query-while-writing.mjs';
import { rebuild } from './parts/rebuild.mjs';
import { reports } from './parts/reports.mjs';
import { requests } from './parts/requests.mjs';
import { snowflake } from './parts/snowflake.mjs';
import { start } from './parts/start.mjs';
import { transform, transformDev } from './parts/transform.mjs';
import { web } from './parts/web.mjs';

const PARTS = [
  transform,
  transformDev,
  importing,
  increment,
  requests,
  manners,
  reports,
  queryWhileWriting,
  rebuild,
  start,
  memory,
  lambda,
  snowflake,
  web,
];
const NAMES = PARTS.map(({ name }) => name);

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false }, rounds: { type: 'string', default: '3' } },
});
const unknown = positionals.filter((name) => !NAMES.includes(name));
const rounds = Number(values.rounds);
if (unknown.length > 0 || !Number.isInteger(rounds) || rounds < 1) {
  console.error(
    unknown.length > 0 ? `there is no bench ${unknown.join(', ')}; there are ${NAMES.join(', ')}` : '--rounds takes a whole number',
  );
  process.exit(2);
}

const results = [];
if (!values.json) console.log(Object.values(machine()).join(', '));
for (const part of PARTS.filter(({ name }) => positionals.length === 0 || positionals.includes(name))) {
  const found = await part.measure({ rounds });
  results.push({ bench: part.name, measures: found });
  if (!values.json) for (const line of linesOf(part, found)) console.log(line);
}
if (values.json) console.log(JSON.stringify({ machine: machine(), rounds, results }, null, 2));

/** One line a measure: what, the value, and what it has to reach. */
function linesOf({ name }, measures) {
  return measures.map(({ what, value, unit, reach, isReached, note }) => {
    const shown = value === null ? 'skipped' : `${value.toLocaleString('en-US', { maximumFractionDigits: 2 })} ${unit}`;
    const goal = reach === undefined ? '' : `   to reach: ${reach}${value === null ? '' : isReached ? ', reached' : ', NOT REACHED'}`;
    return `${name.padEnd(20)} ${what.padEnd(58)} ${shown.padStart(14)}${goal}${note === undefined ? '' : `   (${note})`}`;
  });
}
