import { createRandom } from './random.ts';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** `length` characters of base62 that depend on the parts alone. */
export function base62(length: number, ...parts: readonly (string | number)[]): string {
  const random = createRandom('base62', ...parts);
  let text = '';
  while (text.length < length) text += ALPHABET[random.below(62)];
  return text;
}

/** 22 characters of base62 for at most 128 bits, so the first is 0 to 7, as in Spotify's own ids. */
export function spotifyId(seed: string, kind: string, index: number): string {
  const text = base62(22, seed, kind, index);
  return `${text.charCodeAt(0) % 8}${text.slice(1)}`;
}
