import playsHourly from './sql/plays_hourly.sql';
import playsYearly from './sql/plays_yearly.sql';

/** Version of the models since which builds store these sums; of older tables they are worked out when reading. */
export const SUMMED_SINCE_RULES = 6;

const SUMS = { plays_hourly: playsHourly, plays_yearly: playsYearly } as const;

export type PlaySums = keyof typeof SUMS;

export const PLAY_SUMS = Object.keys(SUMS) as readonly PlaySums[];

/** A select of a rollup's rows with all stored columns. `plays`: a relation of plays with at least the columns that the sums name. */
export const playSums = (rollup: PlaySums, plays: string): string => SUMS[rollup].replace('$plays', () => plays);
