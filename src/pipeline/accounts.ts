import type { Engine } from '../engines/engine.ts';
import { PipelineError } from '../kernel/errors.ts';
import { nearest, suggestion } from '../kernel/nearest.ts';
import type { Context } from './context.ts';
import { withEngine } from './engine-access.ts';
import accountsSql from './sql/accounts.sql';

const LIMITS = { rows: 10_000, bytes: 16 * 1024 * 1024, ms: 60_000 };

/** Names of the accounts that the tables tell anything of. */
export async function inTables(engine: Engine, signal: AbortSignal): Promise<readonly string[]> {
  const { batches } = await engine.query({ sql: accountsSql, params: {}, limits: LIMITS, trust: 'ours' }, signal);
  const names: string[] = [];
  for await (const rows of batches) for (const [name] of rows) names.push(String(name));
  return names;
}

/** Refuses the name of an account that neither the settings nor the tables know, as `usage`; null is all accounts. */
export async function refuseUnknown(context: Context, account: string | null, signal: AbortSignal): Promise<void> {
  const names = context.config.accounts.map(({ name }) => name);
  if (account === null || names.includes(account)) return;
  const known = [...new Set([...names, ...(await withEngine(context, (engine) => inTables(engine, signal)))])];
  if (known.includes(account)) return;
  throw new PipelineError(`there is no account ${account}`, { code: 'usage', hint: suggestion(account, known) });
}

/**
 * What is to be said where files are imported as those of an account that is not known yet while others are; null where nothing is. The account
 * that stands in where no settings name one is not known by that.
 *
 * Errors: `usage` where the name is nearly that of a known account, unless somebody said that it `isMeant`.
 */
export async function newAccountNote(context: Context, account: string, isMeant: boolean, signal: AbortSignal): Promise<string | null> {
  const named = context.config.accounts.flatMap(({ name, isAssumed }) => (isAssumed === true ? [] : [name]));
  if (isMeant || named.includes(account)) return null;
  const known = [...new Set([...named, ...(await withEngine(context, (engine) => inTables(engine, signal)))])];
  if (known.length === 0 || known.includes(account)) return null;
  const near = nearest(account, known);
  if (near === null) return `${account} is a new account in this lake; known before: ${known.join(', ')}`;
  throw new PipelineError(`there is no account ${account} yet, but there is ${near}; nothing was imported`, {
    code: 'usage',
    hint: `Did you mean --account ${near}? If ${account} is another one, add --new-account.`,
  });
}
