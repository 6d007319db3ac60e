/** What is beside the tables: stages, formats, what is noted about loads, and what pipes bring. Names as Snowflake holds them. */

/** Stage that files go through on their way from this machine. */
export const STAGE = 'LOADING';
export const FILE_FORMAT = 'PARQUET_FILES';
/** Of catalog versions. */
export const JSON_FORMAT = 'JSON_FILES';
/** Which version is loaded, of which files, and which steps were taken. */
export const CATALOG_LOADED = 'CATALOG_LOADED';
export const LOADED_FILES = 'LOADED_FILES';
export const APPLIED_STEPS = 'APPLIED_STEPS';
/** Column of every loaded table: the key of the file that the row is of. */
export const FILE_COLUMN = '_FILE';
/** Further columns of what pipes bring: 1-based place in the file, and when Snowflake read it. */
export const ROW_COLUMN = '_ROW';
export const LANDED_COLUMN = '_LANDED_AT';
/** Stages of the lake's own bucket: `tables/` and `catalog/`. */
export const TABLES_STAGE = 'LAKE_TABLES';
export const CATALOG_STAGE = 'LAKE_CATALOG';
/** Versions of the catalog as pipes bring them, and what is worked out from them. */
export const CATALOG_VERSIONS = 'CATALOG_VERSIONS';
export const CATALOG_HEADS = 'CATALOG_HEADS';
export const CATALOG_FILES = 'CATALOG_FILES';
export const ARRIVED_FILES = 'ARRIVED_FILES';
export const MISSING_FILES = 'MISSING_FILES';
export const NEXT_VERSION = 'NEXT_VERSION';
export const VISIBLE_FILES = 'VISIBLE_FILES';
export const FRESH_FILES = 'FRESH_FILES';
/** Tells that something arrived, and what that was taken into. */
export const ARRIVALS = 'ARRIVALS';
export const TAKEN_ARRIVALS = 'TAKEN_ARRIVALS';
/** Tasks. */
export const ADVANCE = 'ADVANCE';
export const SWEEP = 'SWEEP';
