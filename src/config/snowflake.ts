import { resolve } from 'node:path';
import { z } from 'zod';
import type { Problem } from './problem.ts';
import type { Environment, SnowflakeConfig } from './settings.ts';

const ACCOUNT = 'the identifier of the account, such as myorg-myaccount, without https:// and snowflakecomputing.com';
const NAME = 'a name of letters, digits and _, that starts with no digit';
const WAYS = ['key_pair', 'oauth', 'browser', 'pat'] as const;
const LOADS = ['put', 'stage', 'pipe'] as const;
const ADDRESS = 'an https:// address; http:// only on this machine';

/** Longest name of an object, less what is added to it. https://docs.snowflake.com/en/sql-reference/identifiers-syntax has 255. */
const MOST_NAME = 200;

const name = z
  .string({ error: NAME })
  .max(MOST_NAME, { error: NAME })
  .regex(/^[A-Za-z_]\w*$/, { error: NAME });

const text = (expected: string): z.ZodString => z.string({ error: expected }).min(1, { error: expected });

export const WrittenSnowflake = z.strictObject(
  {
    account: text(ACCOUNT)
      .regex(/^(?!.*snowflakecomputing)[A-Za-z0-9][\w.-]*$/, { error: ACCOUNT })
      .describe('Identifier of the account, such as myorg-myaccount: what stands before .snowflakecomputing.com.'),
    user: text('the name of a user').describe('Who loads.'),
    auth: z
      .enum(WAYS, { error: `one of ${WAYS.join(', ')}` })
      .optional()
      .describe(
        'How the user logs in: key_pair (key_file), oauth or pat (a token in TONEARM_SNOWFLAKE_TOKEN), or browser. key_pair where absent.',
      ),
    key_file: text('a file')
      .refine((value) => !value.includes('-----'), { error: 'the name of a file, not the key itself' })
      .optional()
      .describe('Private key, PEM; a relative path starts at this file. Where it is encrypted, TONEARM_SNOWFLAKE_PASSPHRASE opens it.'),
    role: name.optional().describe('Role that loads. <database>_LOADER, which `tonearm snowflake apply` makes, where absent.'),
    warehouse: name.optional().describe('Where statements run; made where it is missing. That of the database where absent.'),
    database: name.optional().describe('Made where it is missing. TONEARM where absent.'),
    schema: name.optional().describe('Of what people ask; files are loaded into <schema>_STORED beside it. LAKE where absent.'),
    load: z
      .enum(LOADS, { error: `one of ${LOADS.join(', ')}` })
      .optional()
      .describe(
        'How rows get there: put sends files from this machine; stage lets Snowflake copy them from the bucket of the lake; pipe lets it do so by itself as they are written. stage where the bucket is connected (`tonearm snowflake connect`), else put, where absent.',
      ),
    publish: z
      .boolean({ error: 'true or false' })
      .optional()
      .describe('Whether every run, import and build on this machine then loads Snowflake, too. false where absent.'),
    address: text(ADDRESS)
      .regex(/^(https:\/\/|http:\/\/(localhost|127(\.\d+){3})(?=[:/]|$))[^\s?#]*$/, { error: ADDRESS })
      .optional()
      .describe('Where Snowflake is, if not at the usual address of the account, such as with a private link.'),
  },
  { error: 'keys such as account' },
);

const DEFAULTS = { auth: 'key_pair', database: 'TONEARM', schema: 'LAKE' } as const;

export const SNOWFLAKE_SECRETS = { passphrase: 'TONEARM_SNOWFLAKE_PASSPHRASE', token: 'TONEARM_SNOWFLAKE_TOKEN' } as const;

/** Names are folded as Snowflake folds what is not quoted. `base`: the folder of the file. */
export function snowflakeConfig(written: z.infer<typeof WrittenSnowflake>, env: Environment, base: string): SnowflakeConfig {
  const database = (written.database ?? DEFAULTS.database).toUpperCase();
  return {
    account: written.account,
    user: written.user,
    auth: written.auth ?? DEFAULTS.auth,
    keyFile: written.key_file === undefined ? null : resolve(base, written.key_file),
    passphrase: env[SNOWFLAKE_SECRETS.passphrase] ?? null,
    token: env[SNOWFLAKE_SECRETS.token] ?? null,
    role: (written.role ?? `${database}_LOADER`).toUpperCase(),
    warehouse: (written.warehouse ?? database).toUpperCase(),
    database,
    schema: (written.schema ?? DEFAULTS.schema).toUpperCase(),
    load: written.load ?? null,
    publish: written.publish ?? false,
    address: written.address?.replace(/\/+$/, '') ?? null,
  };
}

/** A way to log in that lacks its key. A token may be missing: only what asks Snowflake needs it. */
export function snowflakeProblems(
  written: z.infer<typeof WrittenSnowflake> | undefined,
  placeOf: (path: readonly string[]) => string,
): readonly Problem[] {
  if (written === undefined) return [];
  const auth = written.auth ?? DEFAULTS.auth;
  const path = 'snowflake.key_file';
  const place = placeOf(['snowflake', 'key_file']);
  if (auth === 'key_pair' && written.key_file === undefined) {
    const hint = 'See docs/snowflake.md for how to make one; or choose another way with auth.';
    return [{ place, path, found: null, expected: 'the file of the private key', hint }];
  }
  if (auth === 'key_pair' || written.key_file === undefined) return [];
  return [{ place, path, found: null, expected: `no key_file with auth: ${auth}`, hint: 'Leave out key_file, or write auth: key_pair.' }];
}
