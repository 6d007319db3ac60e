import { describe, expect, it } from 'vitest';
import { PipelineError } from '../../kernel/errors.ts';
import { type Asking, createAsking } from './asking.ts';
import { createTurnstile } from './turnstile.ts';
import { bytesOf } from './wire.ts';

const never = new AbortController().signal;
const LIMITS = { bytes: 100, bytesEach: 60, answers: 3 };
const asking = (atOnce = 2, mostWaiting = 10): Asking => createAsking(createTurnstile({ atOnce, mostWaiting }), LIMITS);

/** Work that ends when it is told to, and counts how often it was begun. */
function work(text = 'x') {
  const begun: AbortSignal[] = [];
  let finish: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => {
    finish = resolve;
  });
  return {
    begun,
    finish: () => finish(),
    run: async (signal: AbortSignal) => {
      begun.push(signal);
      await gate;
      return bytesOf(text);
    },
  };
}

describe('questions', () => {
  it('that are equal at the same moment are asked once', async () => {
    const { once } = asking();
    const one = work();
    const answers = [once('a', one.run, never), once('a', one.run, never)];
    one.finish();
    expect(await Promise.all(answers)).toEqual([bytesOf('x'), bytesOf('x')]);
    await once('a', one.run, never);
    expect(one.begun).toHaveLength(2);
  });

  it('are stopped once nobody waits for them any more, and not before', async () => {
    const { once } = asking();
    const one = work();
    const [first, second] = [new AbortController(), new AbortController()];
    const answers = [once('a', one.run, first.signal), once('a', one.run, second.signal)];
    await Promise.resolve();
    first.abort();
    expect(one.begun[0]?.aborted).toBe(false);
    second.abort();
    expect(one.begun[0]?.aborted).toBe(true);
    const again = once('a', one.run, never);
    one.finish();
    await Promise.all([...answers, again]);
    expect(one.begun).toHaveLength(2);
  });

  it('go in by twos in the order in which they came, and too many are refused', async () => {
    const { once } = asking(2, 2);
    const all = ['a', 'b', 'c', 'd'].map((key) => ({ key, ...work(key) }));
    const answers = all.map(({ key, run }) => once(key, run, never));
    await expect(once('e', work().run, never)).rejects.toMatchObject({ code: 'limit_exceeded', status: 503 });
    expect(all.map(({ begun }) => begun.length)).toEqual([1, 1, 0, 0]);
    all[1]?.finish();
    await answers[1];
    await Promise.resolve();
    expect(all.map(({ begun }) => begun.length)).toEqual([1, 1, 1, 0]);
    for (const { finish } of all) finish();
    await Promise.all(answers);
  });

  it('that nobody waits for leave the queue', async () => {
    const { once } = asking(1);
    const [first, second] = [work(), work()];
    const answer = once('a', first.run, never);
    const gone = new AbortController();
    const left = once('b', second.run, gone.signal);
    gone.abort();
    await expect(left).rejects.toMatchObject({ code: 'cancelled' });
    first.finish();
    await answer;
    expect(second.begun).toEqual([]);
  });
});

describe('answers', () => {
  const answered = async (of: Asking, key: string, size = 1): Promise<boolean> => {
    let isAsked = false;
    await of.answer(
      key,
      async () => {
        isAsked = true;
        return bytesOf('x'.repeat(size));
      },
      never,
    );
    return isAsked;
  };

  it('are kept, the one asked for last the longest, within bounds of number and size', async () => {
    const of = asking();
    expect([await answered(of, 'a'), await answered(of, 'a')]).toEqual([true, false]);
    for (const key of ['b', 'c', 'a', 'd']) await answered(of, key);
    expect([await answered(of, 'a'), await answered(of, 'b')]).toEqual([false, true]);
    await answered(of, 'large', 60);
    await answered(of, 'larger', 60);
    expect(await answered(of, 'large', 60)).toBe(true);
    expect([await answered(of, 'huge', 61), await answered(of, 'huge', 61)]).toEqual([true, true]);
  });

  it('are forgotten when the lake changes, and one that was on its way is not kept', async () => {
    const of = asking();
    await answered(of, 'a');
    const late = work();
    const answer = of.answer('b', late.run, never);
    of.forget();
    late.finish();
    await answer;
    expect([await answered(of, 'a'), await answered(of, 'b')]).toEqual([true, true]);
  });

  it('that failed are asked again', async () => {
    const of = asking();
    const fail = async (): Promise<never> => Promise.reject(new PipelineError('no', { code: 'usage' }));
    await expect(of.answer('a', fail, never)).rejects.toMatchObject({ code: 'usage' });
    expect(await answered(of, 'a')).toBe(true);
  });
});
