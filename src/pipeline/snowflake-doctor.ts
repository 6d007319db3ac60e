import type { Source } from '../engines/snowflake/external.ts';
import {
  arrivedVersion,
  type CopiedFile,
  copiedFiles,
  KEPT_DAYS,
  type MissingFile,
  missingFiles,
  type PipeHealth,
  pipeHealth,
  refreshStatement,
  resumeStatement,
  wakeStatements,
  weekCosts,
} from '../engines/snowflake/health.ts';
import type { SnowflakePlace } from '../engines/snowflake/place.ts';
import type { SnowflakeSession } from '../engines/snowflake/session.ts';
import { asPipelineError } from '../kernel/errors.ts';
import type { Catalog } from '../tables/catalog.ts';
import { STORED_TABLES } from '../tables/star-schema.ts';
import type { Finding } from './findings.ts';
import type { SnowflakeVerified } from './snowflake-answers.ts';

/** A version of which something is missing for longer is stuck: events take a minute or two. */
const STUCK_MINUTES = 30;
const DAY_MS = 24 * 60 * 60 * 1000;
/** Of many of a kind so many are named. */
const SHOWN = 5;

export interface Patient {
  readonly session: SnowflakeSession;
  readonly place: SnowflakePlace;
  readonly source: Source;
  /** The newest. */
  readonly catalog: Catalog;
  readonly loadedVersion: number;
  /** When the first version after the one that is shown was written: since then Snowflake is behind, however new the newest is. */
  readonly unshownAt: Date;
  readonly now: Date;
}

const PUBLISH = '`tonearm snowflake publish` loads what is missing';
const WHOLE = 'Run `tonearm snowflake publish --whole`: it loads every file anew, in one transaction.';

/**
 * What is wrong with what Snowflake holds, and with what loads it; each with its mend. What cannot be asked is told, too. Errors: `cancelled`.
 * @param compare holds all partitions against those of the version that is shown
 */
export async function snowflakeFindings(
  patient: Patient,
  compare: () => Promise<SnowflakeVerified>,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const { source } = patient;
  const isPiped = source.load === 'pipe';
  return [
    ...(await told('rows', async () => rowFindings(await compare()), signal)),
    ...(isPiped ? await told('version', () => versionFindings(patient, signal), signal) : loadedFindings(patient)),
    ...(isPiped ? await told('pipes', () => pipeFindings(patient, signal), signal) : []),
    ...(await told('loads', () => loadFindings(patient, isPiped, signal), signal)),
    ...(await told('costs', () => costFindings(patient, isPiped, signal), signal)),
  ];
}

/** What cannot be asked is a finding of its own, and keeps no other from being made. */
async function told(check: string, look: () => Promise<readonly Finding[]>, signal: AbortSignal): Promise<readonly Finding[]> {
  try {
    return await look();
  } catch (error) {
    if (signal.aborted) throw error;
    const { message, code, hint } = asPipelineError(error);
    const isRefused = ['config', 'upstream', 'bad_sql'].includes(code);
    const next = isRefused ? 'Ask with a role that may see it, such as --role ACCOUNTADMIN.' : hint;
    return [{ check, state: 'warn', where: null, found: message, next }];
  }
}

function rowFindings({ differences, partitions }: SnowflakeVerified): readonly Finding[] {
  if (differences.length === 0)
    return [{ check: 'rows', state: 'ok', where: null, found: `${partitions} partitions are the same`, next: null }];
  const shown = differences.slice(0, SHOWN).map(({ table, partition, lake, snowflake }): Finding => {
    const [ours, theirs] = [lake?.rows ?? 0, snowflake?.rows ?? 0];
    const found = ours === theirs ? `its ${ours} rows are not those of the lake` : `${theirs} rows; the lake has ${ours}`;
    return { check: 'rows', state: 'fail', where: `${table} ${partition}`, found, next: WHOLE };
  });
  const rest = differences.length - shown.length;
  if (rest === 0) return shown;
  return [
    ...shown,
    { check: 'rows', state: 'fail', where: null, found: `${rest} partitions more differ: tonearm snowflake verify`, next: WHOLE },
  ];
}

function loadedFindings({ catalog: { version: catalogVersion }, loadedVersion }: Patient): readonly Finding[] {
  if (catalogVersion === loadedVersion)
    return [{ check: 'version', state: 'ok', where: null, found: `${loadedVersion}, the newest`, next: null }];
  return [{ check: 'version', state: 'warn', where: null, found: `${loadedVersion}; the lake has ${catalogVersion}`, next: `${PUBLISH}.` }];
}

const minutesSince = (then: Date, now: Date): number => (now.getTime() - then.getTime()) / 60_000;

async function versionFindings(
  { session, place, catalog, loadedVersion: loaded, unshownAt, now }: Patient,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const check = 'version';
  if (loaded >= catalog.version) return [{ check, state: 'ok', where: null, found: `${loaded}, the newest`, next: null }];
  const behind = `${loaded} is shown; the lake has ${catalog.version}`;
  const minutes = minutesSince(unshownAt, now);
  if (minutes < STUCK_MINUTES)
    return [
      { check, state: 'ok', where: null, found: `${behind}, the first after it written ${Math.round(minutes)} minutes ago`, next: null },
    ];
  const arrived = await arrivedVersion(session, place, signal);
  const isLate = minutesSince(new Date(catalog.committedAt), now) >= STUCK_MINUTES;
  if (arrived <= loaded || (arrived < catalog.version && isLate)) {
    const key = `catalog/${String(catalog.version).padStart(12, '0')}.json`;
    const next = `Run ${refreshStatement(place, null, key)} in Snowflake; or ${PUBLISH}.`;
    return [{ check, state: 'fail', where: key, found: `${behind}, of which Snowflake was not told`, next }];
  }
  const missing = await missingFiles(session, place, signal);
  const newest = missing.filter(({ version }) => version === arrived);
  if (newest.length === 0) {
    const next = `Run ${wakeStatements(place)} in Snowflake, and see its TASK_HISTORY; or ${PUBLISH}.`;
    return [{ check, state: 'fail', where: null, found: `${behind}; all of ${arrived} arrived, and no task shows it`, next }];
  }
  // A file may have been missing in earlier versions already.
  const since = (file: string): number => Math.max(...missing.filter((one) => one.file === file).map((one) => one.minutes));
  return newest.slice(0, SHOWN).map((one) => stuckFinding(place, { ...one, minutes: since(one.file) }, newest.length));
}

function stuckFinding(place: SnowflakePlace, { version, table, file, rows, arrived, minutes }: MissingFile, count: number): Finding {
  const many = count > 1 ? ` and ${count - 1} other files` : '';
  return {
    check: 'version',
    state: 'fail',
    where: file,
    found: `version ${version} waits for it${many} since ${minutes} minutes: ${arrived} of ${rows} rows arrived`,
    next: `Run ${refreshStatement(place, table, file)} in Snowflake; or ${PUBLISH}.`,
  };
}

async function pipeFindings({ session, place, catalog, unshownAt, now }: Patient, signal: AbortSignal): Promise<readonly Finding[]> {
  const pipes = await pipeHealth(session, place, STORED_TABLES, signal);
  const ill = pipes.flatMap((pipe) => pipeFinding(place, pipe, now));
  if (ill.length > 0) return ill;
  const heard = Math.max(...pipes.map(({ heardAt }) => heardAt?.getTime() ?? 0));
  // Each commit writes files that the pipes are told of: not one word in a day after one means that nobody tells them.
  const written = Date.parse(catalog.committedAt);
  const isDeaf = catalog.version > 0 && written - heard > DAY_MS && now.getTime() - Math.min(written, unshownAt.getTime()) > DAY_MS;
  if (!isDeaf) return [{ check: 'pipes', state: 'ok', where: null, found: `${pipes.length} run`, next: null }];
  const since = heard === 0 ? 'ever' : `since ${new Date(heard).toISOString()}`;
  const next = `Run \`tonearm deploy apply\` and \`tonearm snowflake drop\`, \`apply\`: pipes subscribe to the topic as they are made. ${PUBLISH}.`;
  return [{ check: 'pipes', state: 'fail', where: null, found: `they run, and heard of no file ${since}`, next }];
}

function pipeFinding(place: SnowflakePlace, { pipe, state, heardAt, error }: PipeHealth, now: Date): readonly Finding[] {
  if (state === 'RUNNING') return [];
  const isStale = state === 'PAUSED' && (heardAt === null || now.getTime() - heardAt.getTime() > KEPT_DAYS * DAY_MS);
  const since = heardAt === null ? '' : `; it last heard of a file at ${heardAt.toISOString()}`;
  const found = `${state}${error === null ? '' : `: ${error}`}${isStale ? `, and stale: events are kept for ${KEPT_DAYS} days` : ''}${since}`;
  const resume = `Run ${resumeStatement(place, pipe, isStale)} in Snowflake`;
  const next = state.startsWith('PAUSED')
    ? `${resume}; then ${PUBLISH}.`
    : `Run \`tonearm snowflake drop\` and \`apply\`; then ${PUBLISH}.`;
  return [{ check: 'pipes', state: 'fail', where: pipe, found, next }];
}

/** Keys end what Snowflake calls a file, whatever stands before them. */
async function loadFindings({ session, place, catalog }: Patient, isPiped: boolean, signal: AbortSignal): Promise<readonly Finding[]> {
  const copies = await copiedFiles(session, place, STORED_TABLES, isPiped, signal);
  const byFile = new Map<string, CopiedFile[]>();
  for (const copy of copies) byFile.set(copy.file, [...(byFile.get(copy.file) ?? []), copy]);
  const sizes = new Map(catalog.partitions.flatMap(({ files }) => files.map(({ key, bytes }) => [key, bytes] as const)));
  const findings = [...byFile].flatMap(([file, all]) => [...failedFinding(file, all), ...reusedFinding(file, all, sizes)]);
  if (findings.length === 0)
    return [
      { check: 'loads', state: 'ok', where: null, found: `${byFile.size} files in ${KEPT_DAYS} days, none with an error`, next: null },
    ];
  return findings.slice(0, 2 * SHOWN);
}

const isLoaded = ({ status }: CopiedFile): boolean => /^loaded$/i.test(status);

function failedFinding(file: string, all: readonly CopiedFile[]): readonly Finding[] {
  const failed = all.filter((copy) => !isLoaded(copy) && !/progress/i.test(copy.status));
  const [first] = failed;
  if (first === undefined || all.some(isLoaded)) return [];
  const found = `${first.status}${first.message === null ? '' : `: ${first.message}`}`;
  return [{ check: 'loads', state: 'fail', where: file, found, next: `A pipe does not try it again; ${PUBLISH}.` }];
}

function reusedFinding(file: string, all: readonly CopiedFile[], sizes: ReadonlyMap<string, number>): readonly Finding[] {
  const key = /tables\/(?:(?!tables\/).)*$/.exec(file)?.[0] ?? `tables/${all[0]?.table}/${file}`;
  const seen = new Set(all.filter(isLoaded).map(({ bytes }) => bytes));
  const expected = sizes.get(key);
  if (seen.size < 2 && (expected === undefined || seen.size === 0 || seen.has(expected))) return [];
  const found = `loaded with ${[...seen].join(' and ')} bytes${expected === undefined ? '' : `; the lake has ${expected}`}: another file had its name, and Snowflake passes over a name that it knows`;
  return [{ check: 'loads', state: 'fail', where: file, found, next: WHOLE }];
}

async function costFindings({ session, place }: Patient, isPiped: boolean, signal: AbortSignal): Promise<readonly Finding[]> {
  const costs = await weekCosts(session, place, isPiped, signal);
  const total = costs.reduce((sum, { credits }) => sum + credits, 0);
  const parts = costs.map(({ what, credits }) => `${what} ${credits.toFixed(3)}`).join(', ');
  return [{ check: 'costs', state: 'ok', where: null, found: `${total.toFixed(3)} credits in 7 days: ${parts}`, next: null }];
}
