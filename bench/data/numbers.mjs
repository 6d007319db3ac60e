/** xorshift32: fast, and the same everywhere. Gives whole numbers from 0 to below `below`. */
export function createNumbers(seed) {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

const WORDS = 'Heart Colour Highway Löwe 夜曲 Дорога Don\'t Stop "Live" Night River Blue Ma Vie Señal Echo Gold'.split(' ');

/** A name for a number, of two words and the number, in several scripts. */
export const nameOf = (number) => `${WORDS[number % WORDS.length]} ${WORDS[(number >> 4) % WORDS.length]} ${number}`;

/** A Spotify id of 22 signs for a number. */
export const idOf = (kind, number) => `${kind}${String(number).padStart(21, '4kZ9')}`;
