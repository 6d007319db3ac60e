import { type ExitCode, firstExitCode } from '../../../kernel/exit-code.ts';
import type { Cli, RunSummary } from '../cli.ts';

/** Option of the verbs that end with a run's summary. */
export const STRICT = ['--strict', 'End with exit code 3 if records were quarantined'] as const;

/** Option of the verbs that ask Spotify. */
export const NOW = ['--now', 'Ask though the quota was used up, where Spotify did not say until when'] as const;

/** Shows the summary of a run and gives the exit code of the command. */
export async function showSummary(cli: Cli, summary: RunSummary, isStrict: boolean): Promise<ExitCode> {
  const isDoubtful = summary.total.quarantined > 0 || summary.files.some(({ outcome }) => outcome === 'refused');
  const exitCode = firstExitCode([summary.exitCode, isStrict && isDoubtful ? 3 : 0]);
  const { runSummaryText } = await import('../render/run-summary.ts');
  cli.result({ ...summary, exitCode }, () => runSummaryText(summary, cli));
  const { quarantined } = summary.total;
  if (quarantined > 0 && summary.isDryRun !== true)
    cli.note(`${countText(quarantined)} in quarantine: \`tonearm quarantine\` says where and why.`);
  return exitCode;
}

const countText = (records: number): string => (records === 1 ? '1 record is' : `${records.toLocaleString('en-US')} records are`);
