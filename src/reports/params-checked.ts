import type { z } from 'zod';
import type { Scalar } from '../engines/engine.ts';
import { PipelineError } from '../kernel/errors.ts';
import { suggestion } from '../kernel/nearest.ts';
import type { Report } from './report.ts';

/** The parameters of a report as its SQL takes them, defaults included. Errors: `usage` for one that is unknown, missing or no such value. */
export function checkedParams(report: Report, params: Readonly<Record<string, unknown>>): Readonly<Record<string, Scalar>> {
  const parsed = report.params.safeParse(params);
  if (parsed.success) return plain(report, inOrder(report, parsed.data as Readonly<Record<string, Scalar>>));
  const problems = parsed.error.issues.map((issue) => problemOf(issue, params));
  const known = Object.keys(report.params.shape);
  const strange = parsed.error.issues.flatMap((issue) => (issue.code === 'unrecognized_keys' ? issue.keys : []))[0];
  throw new PipelineError(`${report.name}: ${problems.join('; ')}`, {
    code: 'usage',
    hint: strange === undefined ? `Parameters: ${known.join(', ')}.` : suggestion(strange, known),
  });
}

/** No SQL takes a NUL. */
function plain(report: Report, params: Readonly<Record<string, Scalar>>): Readonly<Record<string, Scalar>> {
  const strange = Object.entries(params).find(([, value]) => typeof value === 'string' && value.includes('\0'));
  if (strange === undefined) return params;
  throw new PipelineError(`${report.name}: ${strange[0]} holds a NUL character`, { code: 'usage' });
}

/** A period that ends before it begins is a slip of the pen; an empty answer would hide it. */
function inOrder(report: Report, params: Readonly<Record<string, Scalar>>): Readonly<Record<string, Scalar>> {
  const { from, to } = params;
  if (typeof from !== 'string' || typeof to !== 'string' || from <= to) return params;
  throw new PipelineError(`${report.name}: from is ${from} and to is ${to}, which is before it`, { code: 'usage', hint: 'Swap the two.' });
}

function problemOf(issue: z.core.$ZodIssue, params: Readonly<Record<string, unknown>>): string {
  if (issue.code === 'unrecognized_keys') return `no parameter ${issue.keys.join(', ')}`;
  const name = String(issue.path[0]);
  if (params[name] === undefined) return `${name} is missing`;
  return `${name} is ${JSON.stringify(params[name])}, expected ${issue.message}`;
}
