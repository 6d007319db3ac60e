import type { RunSummary } from '../tables/run-summary.ts';
import { newAccountNote } from './accounts.ts';
import type { ImportOptions } from './app.ts';
import { atWork } from './at-work.ts';
import { type Built, build } from './build.ts';
import { refusePurged } from './closed-accounts.ts';
import type { Context } from './context.ts';
import { disownedPolls } from './disowned-polls.ts';
import { withoutChange } from './dry-run.ts';
import { withEngine } from './engine-access.ts';
import { foreignExport, importAccount, refusal } from './import-account.ts';
import { inputFiles } from './import-files.ts';
import { landFiles } from './import-landing.ts';
import { missingFiles } from './import-missing.ts';
import { recogniseFiles } from './import-recognition.ts';
import { sourceOf } from './spotify-access.ts';
import { outcomeOf, type RunFacts, summarise } from './summary.ts';

const NEVER = new AbortController().signal;

async function buildLanded(context: Context, runId: string, signal: AbortSignal): Promise<Pick<RunFacts, 'built' | 'outcomes'>> {
  try {
    const built: Built = await build(context, runId, { whole: false }, signal);
    return { built, outcomes: [] };
  } catch (error) {
    return { built: null, outcomes: [outcomeOf(error)] };
  }
}

/**
 * Lands the files and brings them into the tables. What an earlier import landed and did not build is built as well.
 *
 * Errors: `usage` for files of another account, or where nobody knows whose they are, or for what seems a misspelt account; `config` for an account that was purged; `bad_input` for a path that leads nowhere;
 * `lease_held`. What fails later is an outcome of the summary.
 */
export function importFiles(
  context: Context,
  paths: readonly string[],
  { account: named, isNewAccount = false, isDryRun = false }: ImportOptions,
  signal: AbortSignal,
): Promise<RunSummary> {
  const account = importAccount(context.config, named);

  async function work(working: Context, runId: string, startedAt: Date): Promise<RunSummary> {
    await refusePurged(working, account);
    const newcomer = named === null ? null : await newAccountNote(working, account, isNewAccount, signal);
    const found = await recogniseFiles(await inputFiles(paths, working.config.lake), signal);
    const foreign = await foreignExport(account, found, (look) => withEngine(working, look), signal);
    if (foreign !== null && named === null) throw refusal(foreign, account);
    const landed = await landFiles({ context: working, runId, account, source: sourceOf(working.config) }, found, signal);
    const built = await buildLanded(working, runId, signal);
    const isHistory = found.some((one) => one.found.kind === 'history');
    // The tables are made: whoever stops it now is told what was done, as the history of runs is.
    const disowned = isHistory && built.built !== null ? await withEngine(working, (engine) => disownedPolls(engine, NEVER)) : [];
    const warnings = [
      ...(newcomer === null ? [] : [newcomer]),
      ...(foreign === null ? [] : [`${foreign}; imported as ${account}'s all the same, as --account says`]),
      ...disowned,
    ];
    const outcomes = [...built.outcomes, ...missingFiles(found, landed)];
    const files = landed.map(({ summary }) => summary);
    const finishedAt = working.clock.now();
    return summarise({ runId, verb: 'import', startedAt, finishedAt, ...built, outcomes, streams: [], files, warnings });
  }

  if (!isDryRun) return atWork(context, 'import', work);
  return withoutChange(context, async (dry) => ({ ...(await work(dry, dry.ids.runId(), dry.clock.now())), isDryRun: true }));
}
