import { createHash } from 'node:crypto';
import { PipelineError } from '../../kernel/errors.ts';
import { readRawText } from '../../landing/raw-reader.ts';
import type { Catalog } from '../../tables/catalog.ts';
import type { Context } from '../context.ts';
import type { Finding } from '../findings.ts';
import { idAt, timeOfId } from '../ids.ts';
import { compareRecent, LOOK_BACK_DAYS } from '../raw-comparison.ts';

/** Two machines' clocks may differ by this much. */
const CLOCK_SLACK_MS = 5 * 60 * 1000;
const SHOWN = 3;

const named = (keys: readonly string[]): string =>
  `${keys.slice(0, SHOWN).join(', ')}${keys.length > SHOWN ? ` and ${keys.length - SHOWN} more` : ''}`;

/** Landing notes of the last days against what the tables consumed. */
export async function landingFindings(context: Context, catalog: Catalog): Promise<readonly Finding[]> {
  const check = 'landing notes';
  try {
    const { landed, waiting, missed, gone } = await compareRecent(context, catalog);
    const findings: Finding[] = [];
    if (missed.length > 0) {
      const found = `landed, but in no table, and no build will look at it: ${named(missed)}`;
      findings.push({ check, state: 'fail', where: missed[0] ?? null, found, next: 'Run `tonearm rebuild`.' });
    }
    if (gone.length > 0) {
      const found = `in the tables, but no longer in raw: ${named(gone)}`;
      const next = 'Restore it from a backup. Until then do not rebuild: the tables would forget it.';
      findings.push({ check, state: 'fail', where: gone[0] ?? null, found, next });
    }
    if (findings.length === 0) {
      const found = `${landed} of the last ${LOOK_BACK_DAYS} days, each in the tables or in the next build`;
      findings.push({ check, state: 'ok', where: null, found, next: null });
    }
    const isIdle = waiting.length === 0;
    findings.push({
      check: 'pending raw',
      state: isIdle ? 'ok' : 'warn',
      where: waiting[0] ?? null,
      found: isIdle ? 'none' : `${waiting.length} raw objects are in no table yet`,
      next: isIdle ? null : 'The next `tonearm run` or `tonearm import` builds them.',
    });
    return findings;
  } catch (error) {
    if (!(error instanceof PipelineError) || error.code !== 'corrupt') throw error;
    return [{ check, state: 'fail', where: 'landed/', found: error.message, next: error.hint }];
  }
}

/** Whether the newest note or commit lies in the future of this machine. */
export async function clockFinding(context: Context, catalog: Catalog | null): Promise<Finding> {
  const check = 'clock';
  const now = context.clock.now();
  let newest = '';
  for await (const { key } of context.store.list('landed/', `landed/${idAt(now.getTime())}`)) newest = key;
  const noted = timeOfId(newest.replace('landed/', '')) ?? 0;
  const committed = catalog === null ? 0 : Date.parse(catalog.committedAt);
  const ahead = Math.max(noted, committed) - now.getTime();
  if (ahead < CLOCK_SLACK_MS) return { check, state: 'ok', where: null, found: now.toISOString(), next: null };
  const found = `this machine says ${now.toISOString()}, but the lake was written at ${new Date(Math.max(noted, committed)).toISOString()}`;
  const next = 'Set the clock that is wrong: this one, or that of the machine that wrote the lake.';
  return { check, state: 'warn', where: noted > committed ? newest : null, found, next };
}

/** Reads every raw object to its end: the gzip's own checksum, and that of the landing note. */
export async function rawBytesFinding(context: Context): Promise<Finding> {
  const faults: string[] = [];
  let [objects, bytes] = [0, 0];
  for await (const raw of context.landing.landed()) {
    if (!(await context.landing.exists(raw.key))) continue;
    const hash = createHash('sha256');
    try {
      for await (const chunk of readRawText(context.store, raw.key)) {
        hash.update(chunk);
        bytes += chunk.length;
      }
      if (hash.digest('hex') !== raw.sha256) faults.push(`${raw.key} is not what was landed`);
    } catch (error) {
      if (!(error instanceof PipelineError) || error.code !== 'corrupt') throw error;
      faults.push(error.message);
    }
    objects += 1;
    context.progress({ step: 'raw', account: raw.account, done: objects, total: null, unit: 'files' });
  }
  const [first] = faults;
  const check = 'raw bytes';
  if (first === undefined) {
    return { check, state: 'ok', where: null, found: `${objects} objects, ${bytes.toLocaleString('en-US')} bytes unpacked`, next: null };
  }
  const next = 'Restore it from a backup. Until then do not rebuild: the tables may still hold what it held.';
  return { check, state: 'fail', where: first.split(' ')[0] ?? null, found: named(faults), next };
}
