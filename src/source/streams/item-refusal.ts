import { PipelineError } from '../../kernel/errors.ts';

/** Spotify refuses this one thing (403) or does not know it (404). */
export type Refusal = 'forbidden' | 'missing';

/** An app whose owner has no Premium is refused everything, which says nothing of the item. */
function isAboutTheItem({ code, message }: PipelineError): boolean {
  return code === 'missing' || (code === 'forbidden' && !/premium/i.test(message));
}

/** What was asked for, or the refusal; other errors are thrown on. */
export async function orRefusal<T extends object>(ask: () => Promise<T>): Promise<T | Refusal> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof PipelineError && isAboutTheItem(error)) return error.code === 'missing' ? 'missing' : 'forbidden';
    throw error;
  }
}

/** The pages and what their reading returns; a refusal of the first one in its place. */
export async function* unlessRefused<P, T extends object>(pages: AsyncGenerator<P, T>): AsyncGenerator<P, T | Refusal> {
  const first = await orRefusal(() => pages.next());
  if (typeof first === 'string') return first;
  if (first.done === true) return first.value;
  yield first.value;
  return yield* pages;
}
