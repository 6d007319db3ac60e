import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { judgeSimulator, type Outcome } from './conformance.ts';
import { DEVIATIONS } from './deviations.ts';

const USAGE = 'usage: npm run conformance -- <openapi.yml> <folder of recorded responses>\n';

/** Returns the exit code: 0 when every deviation is explained and every explanation needed, 1 if not, 2 for a wrong call. */
export async function main(args: readonly string[], write: (text: string) => void): Promise<number> {
  const [documentFile, folder, ...more] = args;
  if (documentFile === undefined || folder === undefined || more.length > 0) {
    write(USAGE);
    return 2;
  }
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort();
  const recordings = files.map((name): unknown => JSON.parse(readFileSync(join(folder, name), 'utf8')));
  const outcome = await judgeSimulator({ document: parse(readFileSync(documentFile, 'utf8')), recordings, tolerated: DEVIATIONS });
  write(tableOf(outcome));
  return outcome.unexplained.length + outcome.unused.length + outcome.unasked.length === 0 ? 0 : 1;
}

/** The endpoints, one line each, and below them whatever makes the exit code 1. */
export function tableOf({ rows, recorded, unexplained, unused, unasked }: Outcome): string {
  const lines = rows.map(({ path, mode, answers, deviations }) => columns(path, mode, String(answers), String(deviations)));
  return [
    columns('endpoint', 'mode', 'answers', 'deviations'),
    ...lines,
    '',
    `kinds of objects compared with recordings: ${recorded.kinds}, fields that differ: ${recorded.deviations}`,
    ...unexplained.map(({ where, mode, what, example }) => `UNEXPLAINED  ${mode}  ${where}  ${what}  ${example}`),
    ...unused.map(({ where, mode, what }) => `NEEDED NO MORE  ${mode}  ${where}  ${what}`),
    ...unasked.map((path) => `NEVER ASKED  ${path}`),
    unexplained.length + unused.length + unasked.length === 0 ? 'every deviation is explained' : 'not every deviation is explained',
    '',
  ].join('\n');
}

const columns = (path: string, mode: string, answers: string, deviations: string): string =>
  `${path.padEnd(32)} ${mode.padEnd(12)} ${answers.padStart(8)} ${deviations.padStart(11)}`;
