import type { TimeZones } from '../duckdb/local-time.ts';
import { identifier } from './quoted.ts';

/** Where the tables are loaded, by whom. Names are as Snowflake holds them. */
export interface SnowflakePlace {
  /** What stands before `.snowflakecomputing.com`. */
  readonly account: string;
  readonly user: string;
  readonly auth: 'key_pair' | 'oauth' | 'browser' | 'pat';
  /** PEM, absolute. */
  readonly keyFile: string | null;
  readonly passphrase: string | null;
  readonly token: string | null;
  readonly role: string;
  readonly warehouse: string;
  readonly database: string;
  readonly schema: string;
  /** Null: the usual one of the account. */
  readonly address: string | null;
  /** Where the days of each account begin, which views say; UTC where absent. */
  readonly zones?: TimeZones;
}

/** Schema of what is loaded; beside it lies that of what people ask. */
export const storedSchema = ({ schema }: Pick<SnowflakePlace, 'schema'>): string => `${schema}_STORED`;

/** Schema of what pipes bring, before it is shown. */
export const landedSchema = ({ schema }: Pick<SnowflakePlace, 'schema'>): string => `${schema}_LANDED`;

export const readerRole = ({ database }: Pick<SnowflakePlace, 'database'>): string => `${database}_READER`;

/** Snowflake folds names that are not quoted to capitals, so that people need no quotes. */
export const folded = (name: string): string => identifier(name.toUpperCase());

type Named = Pick<SnowflakePlace, 'database' | 'schema'>;

export const schemaName = ({ database }: Named, schema: string): string => `${identifier(database)}.${identifier(schema)}`;

/** Of a table, stage or file format, with all that stands before it. */
export const storedName = (place: Named, name: string): string => `${schemaName(place, storedSchema(place))}.${folded(name)}`;

export const landedName = (place: Named, name: string): string => `${schemaName(place, landedSchema(place))}.${folded(name)}`;

/** Options of the driver. https://docs.snowflake.com/en/developer-guide/node-js/nodejs-driver-options */
export type DriverOptions = Readonly<Record<string, string | number | boolean | readonly string[]>>;

const TIMEOUT_MS = 60_000;

function authentication({ auth, keyFile, passphrase, token }: SnowflakePlace): DriverOptions {
  if (auth === 'browser') return { authenticator: 'EXTERNALBROWSER' };
  if (auth === 'oauth') return { authenticator: 'OAUTH', token: token ?? '' };
  if (auth === 'pat') return { authenticator: 'PROGRAMMATIC_ACCESS_TOKEN', token: token ?? '' };
  return {
    authenticator: 'SNOWFLAKE_JWT',
    privateKeyPath: keyFile ?? '',
    ...(passphrase === null ? {} : { privateKeyPass: passphrase }),
  };
}

/**
 * What the driver is given. `role`: null where none of ours is there yet. Numbers and times come as text, so that none is rounded.
 */
export function driverOptions(place: SnowflakePlace, role: string | null): DriverOptions {
  const { account, user, address, warehouse, database, schema } = place;
  return {
    account,
    username: user,
    ...(address === null ? {} : { accessUrl: address }),
    ...(role === null ? {} : { role, warehouse, database, schema }),
    application: 'Tonearm',
    timeout: TIMEOUT_MS,
    clientSessionKeepAlive: false,
    fetchAsString: ['Number', 'Date'],
    representNullAsStringNull: false,
    ...authentication(place),
  };
}
