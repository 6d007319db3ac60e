import type { ErrorCode } from './errors.ts';

/**
 * What a command ends with; docs/runbook.md says what each means.
 * 0 done · 1 failed · 2 wrong usage, config or input · 3 a check failed · 4 login needed · 5 deferred · 6 another run holds the lease.
 */
export type ExitCode = 0 | 1 | 2 | 3 | 4 | 5 | 6;

const EXIT_CODES: Readonly<Record<ErrorCode, ExitCode>> = {
  usage: 2,
  config: 2,
  not_found: 2,
  bad_input: 2,
  bad_sql: 2,
  lease_held: 6,
  login_needed: 4,
  rate_limited: 5,
  quota_exceeded: 5,
  check_failed: 3,
  forbidden: 1,
  unavailable: 1,
  missing: 1,
  network: 1,
  upstream: 1,
  bad_response: 1,
  limit_exceeded: 1,
  storage: 1,
  corrupt: 1,
  conflict: 1,
  cancelled: 1,
  internal: 1,
};

/** Exit code of a command that met this error alone. */
export function exitCodeOf(code: ErrorCode): ExitCode {
  return EXIT_CODES[code];
}

const PRECEDENCE: readonly ExitCode[] = [2, 6, 1, 4, 5, 3];

/** Where several apply: the first of 2, 6, 1, 4, 5, 3, 0. */
export function firstExitCode(codes: readonly number[]): ExitCode {
  return PRECEDENCE.find((code) => codes.includes(code)) ?? 0;
}
