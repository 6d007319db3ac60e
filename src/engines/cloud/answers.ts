import { PipelineError } from '../../kernel/errors.ts';
import type { QueryLimits, ResultColumn, Scalar } from '../engine.ts';

/** Values of one row as the engine writes them; null for null. */
export type TextRow = readonly (string | null)[];

export interface Progress {
  rows: number;
  truncated: boolean;
}

export const stopped = (): PipelineError => new PipelineError('the query was stopped', { code: 'cancelled' });

export const tooSlow = (ms: number): PipelineError =>
  new PipelineError(`the query took longer than ${ms / 1000} s`, {
    code: 'limit_exceeded',
    hint: 'Ask for less: fewer days, fewer joins, or an aggregate.',
  });

/** Of two columns of one name the later is told apart by a number. */
export function toldApart(columns: readonly ResultColumn[]): readonly ResultColumn[] {
  const seen = new Map<string, number>();
  return columns.map(({ name, type }) => {
    const before = seen.get(name) ?? 0;
    seen.set(name, before + 1);
    return { name: before === 0 ? name : `${name}_${before}`, type };
  });
}

/** At most as many rows and bytes as the limits allow; `progress` says how many there were, and whether that was all. */
export async function* withinLimits(
  pages: AsyncIterable<readonly TextRow[]>,
  columns: readonly ResultColumn[],
  toScalar: (text: string, type: ResultColumn['type']) => Scalar,
  limits: QueryLimits,
  progress: Progress,
  signal: AbortSignal,
): AsyncGenerator<readonly (readonly Scalar[])[], void> {
  let bytes = 0;
  for await (const page of pages) {
    if (signal.aborted) throw stopped();
    const batch: (readonly Scalar[])[] = [];
    for (const row of page) {
      bytes += row.reduce((sum, text) => sum + Buffer.byteLength(text ?? 'null'), 0);
      progress.truncated = progress.rows === limits.rows || bytes > limits.bytes;
      if (progress.truncated) break;
      progress.rows += 1;
      batch.push(
        columns.map(({ type }, at) => {
          const text = row[at] ?? null;
          return text === null ? null : toScalar(text, type);
        }),
      );
    }
    if (batch.length > 0) yield batch;
    if (progress.truncated) return;
  }
}
