import { PipelineError } from '../kernel/errors.ts';

/** One thing wrong with the settings. */
export interface Problem {
  /** `tonearm.yaml:3`, the name of a variable, or a flag. */
  readonly place: string;
  /** Such as `accounts[0].time_zone`; empty where the place says it all. */
  readonly path: string;
  /** As it stands there, shortened; null where it is a secret or nothing. */
  readonly found: string | null;
  readonly expected: string;
  readonly hint: string | null;
}

/** Characters of a value that a message repeats. */
const SHOWN = 60;

export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}

/** All problems as the one error that a surface renders. */
export function configError(problems: readonly Problem[]): PipelineError {
  const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
  const lines = problems.map(({ place, path, found, expected, hint }) => {
    const subject = path === '' ? place : `${place}  ${path}`;
    const wrong = found === null ? `expected ${expected}` : `found ${found}, expected ${expected}`;
    return `  ${subject}: ${wrong}.${hint === null ? '' : ` ${hint}`}`;
  });
  return new PipelineError(`the settings have ${count}:\n${lines.join('\n')}`, {
    code: 'config',
    hint: problems.length === 1 ? 'Correct it and try again.' : 'Correct them and try again; these are all there are.',
  });
}
