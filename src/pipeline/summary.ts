import { asPipelineError, PipelineError } from '../kernel/errors.ts';
import { exitCodeOf, firstExitCode } from '../kernel/exit-code.ts';
import type { Catalog, Consumed, Tally } from '../tables/catalog.ts';
import type { FileSummary, RunSummary, StreamSummary } from '../tables/run-summary.ts';
import { TABLES } from '../tables/star-schema.ts';
import type { CheckResult } from '../transform/checks.ts';
import type { Built } from './build.ts';

export const NO_RECORDS: Tally = { read: 0, kept: 0, merged: 0, duplicate: 0, filtered: 0, quarantined: 0 };

export function addTallies(tallies: Iterable<Tally>): Tally {
  let sum = NO_RECORDS;
  for (const tally of tallies) {
    sum = {
      read: sum.read + tally.read,
      kept: sum.kept + tally.kept,
      merged: sum.merged + tally.merged,
      duplicate: sum.duplicate + tally.duplicate,
      filtered: sum.filtered + tally.filtered,
      quarantined: sum.quarantined + tally.quarantined,
    };
  }
  return sum;
}

export type Outcome = RunSummary['outcomes'][number];

export function outcomeOf(error: unknown): Outcome {
  const { code, message, hint, retryAt } = asPipelineError(error);
  return { code, exitCode: exitCodeOf(code), message, hint, retryAt: retryAt?.toISOString() ?? null };
}

export function errorFacts(error: PipelineError): NonNullable<StreamSummary['error']> {
  return { code: error.code, message: error.message, hint: error.hint, retryAt: error.retryAt?.toISOString() ?? null };
}

/** A check that failed is an outcome of the run: its tables are there, and one of them is not as it must be. */
function failedChecks(checks: readonly CheckResult[]): readonly Outcome[] {
  return checks.flatMap(({ name, offenders, message }) => {
    if (offenders === 0) return [];
    return [
      outcomeOf(
        new PipelineError(`check ${name} failed for ${offenders.toLocaleString('en-US')} rows: ${message}`, {
          code: 'check_failed',
          hint: 'Look at it with `tonearm why`; `tonearm rebuild` makes every table anew from raw.',
        }),
      ),
    ];
  });
}

export interface RunFacts {
  readonly runId: string;
  readonly verb: RunSummary['verb'];
  readonly startedAt: Date;
  readonly finishedAt: Date;
  readonly built: Built | null;
  /** Streams that were asked for, with what became of them; their tallies come from the build. */
  readonly streams: readonly Omit<StreamSummary, keyof Tally>[];
  readonly files: readonly FileSummary[];
  readonly outcomes: readonly Outcome[];
  readonly warnings?: readonly string[];
}

function streamSummaries(streams: RunFacts['streams'], consumed: readonly Consumed[]): readonly StreamSummary[] {
  const key = (account: string, stream: string): string => `${account}/${stream}`;
  const tallies = new Map<string, Tally>();
  for (const { account, stream, tally } of consumed) {
    tallies.set(key(account, stream), addTallies([tallies.get(key(account, stream)) ?? NO_RECORDS, tally]));
  }
  const asked = new Map<string, (typeof streams)[number]>();
  for (const one of streams) {
    const id = key(one.account, one.stream);
    const before = asked.get(id);
    asked.set(id, before === undefined ? one : { ...before, requests: before.requests + one.requests });
  }
  for (const { account, stream } of consumed) {
    const id = key(account, stream);
    if (!asked.has(id)) asked.set(id, { account, stream, requests: 0, outcome: 'done', error: null });
  }
  return [...asked.values()]
    .map((one) => ({ ...one, ...(tallies.get(key(one.account, one.stream)) ?? NO_RECORDS) }))
    .sort((a, b) => (key(a.account, a.stream) < key(b.account, b.stream) ? -1 : 1));
}

function tableRows(before: Catalog | null, after: Catalog | null): RunSummary['tables'] {
  const rows = (catalog: Catalog | null, table: string): number =>
    (catalog?.partitions ?? []).reduce((sum, partition) => sum + (partition.table === table ? partition.rows : 0), 0);
  return TABLES.map(({ name }) => ({ table: name, rowsBefore: rows(before, name), rowsAfter: rows(after, name) })).filter(
    ({ rowsBefore, rowsAfter }) => rowsBefore > 0 || rowsAfter > 0,
  );
}

/** A file that cannot be read is an outcome of an import that is done: the others are in. */
function outcomeName(outcomes: readonly Outcome[], isBuilt: boolean): RunSummary['outcome'] {
  const codes = outcomes.map(({ code }) => code);
  if (codes.includes('cancelled')) return 'cancelled';
  if (outcomes.some(({ code, exitCode }) => [1, 2, 4, 6].includes(exitCode) && !(isBuilt && code === 'bad_input'))) return 'failed';
  return outcomes.some(({ exitCode }) => exitCode === 5) ? 'deferred' : 'done';
}

/**
 * The tallies of the files of an import, from what the build made of them: those that an earlier import landed and did not build have theirs,
 * too. Of several files of the same bytes the first has them.
 */
function withTallies(files: readonly FileSummary[], consumed: readonly Consumed[]): readonly FileSummary[] {
  const tallies = new Map(consumed.map(({ rawKey, tally }) => [rawKey, tally]));
  return files.map((file) => {
    const tally = file.rawKey === null ? undefined : tallies.get(file.rawKey);
    if (file.rawKey !== null) tallies.delete(file.rawKey);
    return { ...file, ...(tally ?? NO_RECORDS) };
  });
}

/** The reconciling summary: read = kept + merged + duplicate + filtered + quarantined, per stream, per file and in all. */
export function summarise(facts: RunFacts): RunSummary {
  const consumed = facts.built?.consumed ?? [];
  const outcomes = [...facts.outcomes, ...failedChecks(facts.built?.checks ?? [])];
  return {
    runId: facts.runId,
    verb: facts.verb,
    startedAt: facts.startedAt.toISOString(),
    finishedAt: facts.finishedAt.toISOString(),
    outcome: outcomeName(outcomes, facts.built !== null),
    exitCode: firstExitCode(outcomes.map(({ exitCode }) => exitCode)),
    catalogVersion: facts.built?.after.version ?? null,
    total: addTallies(consumed.map(({ tally }) => tally)),
    streams: streamSummaries(facts.streams, consumed),
    files: withTallies(facts.files, consumed),
    judgedAnew: facts.built?.judgedAnew ?? [],
    tables: tableRows(facts.built?.before ?? null, facts.built?.after ?? null),
    warnings: facts.warnings ?? [],
    outcomes,
  };
}

/** The summary of a run whose tables stand, and that met this error afterwards. */
export function alsoMet(summary: RunSummary, error: unknown): RunSummary {
  const outcomes = [...summary.outcomes, outcomeOf(error)];
  const exitCode = firstExitCode(outcomes.map((outcome) => outcome.exitCode));
  return { ...summary, outcomes, exitCode, outcome: outcomeName(outcomes, summary.catalogVersion !== null) };
}
