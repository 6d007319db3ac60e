/**
 * One number that a bench found. `value` is null where what it needs is not on this machine.
 *
 * @typedef {{ what: string, value: number | null, unit: string, reach?: string, isReached?: boolean, note?: string }} Measure
 */

/** @returns {Measure} */
export const told = (what, value, unit, note) => ({ what, value, unit, ...(note === undefined ? {} : { note }) });

/** @returns {Measure} */
export const atMost = (what, value, unit, limit, note) => ({
  ...told(what, value, unit, note),
  reach: `${limit} at most`,
  isReached: value !== null && value <= limit,
});

/** @returns {Measure} */
export const atLeast = (what, value, unit, limit, note) => ({
  ...told(what, value, unit, note),
  reach: `${limit} at least`,
  isReached: value !== null && value >= limit,
});
