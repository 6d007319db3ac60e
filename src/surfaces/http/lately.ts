import type { Clock } from '../../kernel/clock.ts';

/**
 * What takes a while to find out and changes little: an answer of a moment ago is given at once, and found out anew meanwhile. Of another key, or of
 * longer ago, it is waited for. Errors: those of `work`.
 */
export type Lately<T> = (key: string, work: () => Promise<T>) => Promise<T>;

export interface LatelyOptions {
  readonly clock: Pick<Clock, 'now'>;
  /** Younger than this, it is as good as new. */
  readonly freshMs: number;
  /** Older than this, nobody is given it. */
  readonly oldMs: number;
}

export function createLately<T>({ clock, freshMs, oldMs }: LatelyOptions): Lately<T> {
  let known: { readonly key: string; readonly at: number; readonly value: T } | null = null;
  let coming: { readonly key: string; readonly value: Promise<T> } | null = null;

  function find(key: string, work: () => Promise<T>): Promise<T> {
    if (coming?.key === key) return coming.value;
    const at = clock.now().getTime();
    const mine = { key, value: work() };
    coming = mine;
    const over = (): void => {
      if (coming === mine) coming = null;
    };
    mine.value.then((value) => {
      if (coming === mine) known = { key, at, value };
      over();
    }, over);
    return mine.value;
  }

  return async (key, work) => {
    const age = known?.key === key ? Math.abs(clock.now().getTime() - known.at) : Number.POSITIVE_INFINITY;
    if (known === null || age > oldMs) return find(key, work);
    // What goes wrong is told to who has to wait for it.
    if (age > freshMs) find(key, work).catch(() => undefined);
    return known.value;
  };
}
