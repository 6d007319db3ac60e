import { PipelineError } from '../kernel/errors.ts';
import { exportName } from '../source/export/names.ts';
import type { LandedInput } from './import-landing.ts';
import type { FoundFile } from './import-recognition.ts';
import { type Outcome, outcomeOf } from './summary.ts';

/** Files named in the message; all of them are in the summary. */
const MOST_NAMED = 3;

/** Somebody counts on it: it was asked for by itself, or its content or name says that tables are made of it. */
function isCountedOn({ file, found }: FoundFile): boolean {
  if (file.isAsked || found.kind === 'history') return true;
  const named = exportName(file.name)?.kind;
  return named === 'history' || named === 'lists';
}

/**
 * `bad_input` where files that somebody counts on could not be read: whoever sees no error believes that all is in. Nothing else that lies in a
 * folder or archive is worth one; it is told of by its note. `landed` in the order of `files`.
 */
export function missingFiles(files: readonly FoundFile[], landed: readonly LandedInput[]): readonly Outcome[] {
  const names = files.flatMap((one, at) => (landed[at]?.isUnread === true && isCountedOn(one) ? [one.file.name] : []));
  if (names.length === 0) return [];
  const rest = names.length - MOST_NAMED;
  const named = `${names.slice(0, MOST_NAMED).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
  const said = `${names.length} ${names.length === 1 ? 'file is' : 'files are'} not in the tables: ${named}`;
  const hint =
    'The note on each file says why; all others are done with. Import it again when it is whole: what is in already is passed over.';
  return [outcomeOf(new PipelineError(said, { code: 'bad_input', hint }))];
}
