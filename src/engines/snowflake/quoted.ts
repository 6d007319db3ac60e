/** A name as it stands, whatever it holds. https://docs.snowflake.com/en/sql-reference/identifiers-syntax */
export const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** Of a text: a backslash begins an escape there. https://docs.snowflake.com/en/sql-reference/data-types-text */
export const literal = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
