import { PipelineError } from '../../src/kernel/errors.ts';

/** A stream of numbers that is the same for the same seed on every machine: integer arithmetic only. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform whole number in [0, n). */
  below(n: number): number;
  /** Uniform whole number in [min, max]. */
  between(min: number, max: number): number;
  chance(probability: number): boolean;
  /** Throws `internal` for an empty list. */
  pick<T>(items: readonly T[]): T;
  /** Whole number in [0, n) with a heavy head: half of all draws fall into the first eighth. */
  skewed(n: number): number;
}

type Part = string | number;

/** Four 32-bit words mixed from the parts (cyrb128, public domain). */
function mixed(parts: readonly Part[]): [number, number, number, number] {
  const text = parts.join('\u0001');
  let a = 1779033703;
  let b = 3144134277;
  let c = 1013904242;
  let d = 2773480762;
  for (let i = 0; i < text.length; i++) {
    const k = text.charCodeAt(i);
    a = b ^ Math.imul(a ^ k, 597399067);
    b = c ^ Math.imul(b ^ k, 2869860233);
    c = d ^ Math.imul(c ^ k, 951274213);
    d = a ^ Math.imul(d ^ k, 2716044179);
  }
  a = Math.imul(c ^ (a >>> 18), 597399067);
  b = Math.imul(d ^ (b >>> 22), 2869860233);
  c = Math.imul(a ^ (c >>> 17), 951274213);
  d = Math.imul(b ^ (d >>> 19), 2716044179);
  return [(a ^ b ^ c ^ d) >>> 0, (b ^ a) >>> 0, (c ^ a) >>> 0, (d ^ a) >>> 0];
}

/** A 32-bit number that depends on the parts alone: chance without a stream, for values looked up in any order. */
export function hashOf(...parts: readonly Part[]): number {
  return mixed(parts)[0];
}

/** A generator (sfc32, public domain) of its own for each combination of parts, so that one thing more drawn here changes nothing there. */
export function createRandom(...parts: readonly Part[]): Random {
  let [a, b, c, d] = mixed(parts);
  const word = (): number => {
    const t = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + t;
    c |= 0;
    return t >>> 0;
  };
  for (let i = 0; i < 8; i++) word();
  const next = (): number => word() / 4294967296;
  const below = (n: number): number => Math.floor(next() * n);
  return {
    next,
    below,
    between: (min, max) => min + below(max - min + 1),
    chance: (probability) => next() < probability,
    pick: (items) => {
      const item = items[below(items.length)];
      if (item === undefined) throw new PipelineError('picked from an empty list', { code: 'internal' });
      return item;
    },
    skewed: (n) => {
      const u = next();
      return Math.floor(u * u * u * n);
    },
  };
}
