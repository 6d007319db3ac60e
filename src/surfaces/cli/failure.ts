import { asPipelineError, PipelineError } from '../../kernel/errors.ts';
import { type ExitCode, exitCodeOf } from '../../kernel/exit-code.ts';
import type { CliEffects } from './effects.ts';
import { jsonText } from './render/json.ts';
import { nextStep } from './render/next-step.ts';
import { paintFor } from './render/paint.ts';

/** Tells of a failure: with `--json` a document on stdout, else words on stderr. Gives the exit code. */
export function tellFailure(effects: CliEffects, isJson: boolean, error: unknown): ExitCode {
  const failure = fromCommander(error) ?? asPipelineError(error);
  const exitCode = exitCodeOf(failure.code);
  const { code, message } = failure;
  const hint = nextStep(failure);
  const retryAt = failure.retryAt?.toISOString() ?? null;
  if (isJson) {
    effects.stdout.write(`${jsonText({ error: { code, message, hint, retryAt, exitCode } })}\n`);
    return exitCode;
  }
  const paint = paintFor(effects.env, effects.stderr);
  const lines = [
    `${paint.red('error:')} ${message}`,
    ...(retryAt === null ? [] : [`  come back: ${retryAt}`]),
    ...(code === 'internal' ? ['  This is a bug in Tonearm.'] : []),
    ...(hint === null ? [] : [`  next: ${hint}`]),
    ...(code === 'internal' ? [stackOf(failure)] : []),
  ];
  effects.stderr.write(`${lines.join('\n')}\n`);
  return exitCode;
}

function stackOf(failure: PipelineError): string {
  const { stack = '' } = failure.cause instanceof Error ? failure.cause : failure;
  return stack.split('\n').slice(1).join('\n');
}

/** commander's own complaints (an unknown verb, a missing argument) as `usage`; null for anything else. */
function fromCommander(error: unknown): PipelineError | null {
  if (!(error instanceof Error) || !('code' in error) || !String(error.code).startsWith('commander.')) return null;
  const [message = '', meant] = error.message.replace(/^error: /, '').split('\n');
  return new PipelineError(message, {
    code: 'usage',
    hint: meant === undefined ? 'See `tonearm --help`.' : meant.replace(/^\(|\)$/g, ''),
    cause: error,
  });
}
