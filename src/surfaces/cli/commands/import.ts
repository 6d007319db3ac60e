import { resolve } from 'node:path';
import { PipelineError } from '../../../kernel/errors.ts';
import type { AddVerb } from '../verb.ts';
import { showSummary } from './summary.ts';

interface Options {
  readonly account?: string;
  readonly newAccount?: boolean;
  readonly dryRun?: boolean;
  readonly strict?: boolean;
}

export const addImport: AddVerb = (program, act) => {
  program
    .command('import')
    .summary('bring files into the tables: a privacy export, answers kept elsewhere')
    .description(
      'Lands files as they are and brings them into the tables, without asking Spotify anything. A privacy export is read as it was downloaded: its zip, its folder or some of its files, several at once. The same file again is a no-op. Ends with exit code 2 where a file that you named, or that is a history or library by its name, could not be read; the others are imported.',
    )
    .argument('<paths...>', 'Files, zip files or folders')
    .option(
      '--account <name>',
      'Whose files these are; needed where the settings name several accounts, or where an export names another user',
    )
    .option('--new-account', 'The account of --account is new here, though its name is near that of another')
    .option('--dry-run', 'Tell what would happen, with the same numbers, and change nothing')
    .option('--strict', 'End with exit code 3 if records were quarantined or files refused')
    .action(
      act(async (cli, paths: readonly string[], { account, newAccount = false, dryRun = false, strict = false }: Options) => {
        if (newAccount && account === undefined) {
          throw new PipelineError('--new-account is missing its account', { code: 'usage', hint: 'Add --account <name>.' });
        }
        const absolute = paths.map((path) => resolve(cli.effects.cwd, path));
        const summary = await cli.withApp((app) =>
          app.importFiles(absolute, { account: account ?? null, isNewAccount: newAccount, isDryRun: dryRun }, cli.effects.signal),
        );
        return showSummary(cli, summary, strict);
      }),
    );
};
