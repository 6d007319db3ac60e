import { type ErrorCode, PipelineError } from '../../kernel/errors.ts';

/** By the code of the driver or of Snowflake: what it is, whether to try again, what to do. */
const KNOWN: readonly (readonly [pattern: RegExp, code: ErrorCode, retryable: boolean, hint: string])[] = [
  [/^(390\d{3}|394\d{3}|395\d{3})$/, 'config', false, 'Check snowflake.account, user and the key or token: docs/snowflake.md.'],
  [/^(002003|002043|003001)$/, 'config', false, 'Run `tonearm snowflake apply`, with a role that may make it.'],
  [/^(000625|000639)$/, 'conflict', true, 'Another load is at work; run it again when that has ended.'],
  // Syntax, a name, a function, types, grouping; a text that is no number, time or date; a division by zero.
  [/^(001003|000904|000979|001044|002028|00214[01]|1000(?:35|37|38|40|51))$/, 'bad_sql', false, 'The SQL is that of Snowflake.'],
  [/^000(604|630)$/, 'limit_exceeded', false, 'It took longer than Snowflake was told to give it.'],
  [/^4010\d\d$/, 'network', true, 'Snowflake was not reached. Is snowflake.account right?'],
  [/^40[45]\d{3}$/, 'config', false, 'Check the settings of snowflake: docs/snowflake.md.'],
];

const PEM = /-----BEGIN[\s\S]*?-----END[^-]*-----/g;

/** What the driver threw, as a PipelineError. The driver's own error holds requests and so tokens: it is not kept. */
export function snowflakeFailure(error: unknown, doing: string): PipelineError {
  if (error instanceof PipelineError) return error;
  const number = error instanceof Error && 'code' in error ? String(error.code) : '';
  const message = (error instanceof Error ? error.message : String(error)).replaceAll(PEM, '[hidden]').trim();
  const [, code, retryable, hint] = KNOWN.find(([pattern]) => pattern.test(number)) ?? [];
  const shown = number === '' ? message : `${message} (${number})`;
  const text = `could not ${doing}: ${shown}`;
  if (code === undefined || retryable === undefined || hint === undefined) {
    return new PipelineError(text, { code: 'upstream', hint: 'The history of queries in Snowflake has them under the tag tonearm.' });
  }
  return new PipelineError(text, { code, retryable, hint });
}
