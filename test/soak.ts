/** `npm run soak` runs the same laws over many more cases than `npm test` has time for. */
export const isSoak = process.env.TONEARM_SOAK === '1';

export const soak = <T>(inTest: T, inSoak: T): T => (isSoak ? inSoak : inTest);
