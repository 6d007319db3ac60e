import { TABLES } from '../tables/star-schema.ts';

/** Every table and view that a query can name. */
export const TABLE_NAMES: readonly string[] = TABLES.map(({ name }) => name);
