import type { Config } from '../config.ts';
import type { Engine } from '../engines/engine.ts';
import { PipelineError } from '../kernel/errors.ts';
import type { FoundFile } from './import-recognition.ts';

const ACCOUNT_NAME = /^[a-z0-9-]+$/;
const LIMITS = { rows: 10_000, bytes: 16 * 1024 * 1024, ms: 60_000 };

/** Whose files these are: the account that was named, or the only one in the settings. Throws `usage`. */
export function importAccount(config: Config, named: string | null): string {
  if (named !== null) {
    if (ACCOUNT_NAME.test(named)) return named;
    throw new PipelineError(`${named} is no account name`, { code: 'usage', hint: 'names are made of a-z, 0-9 and -' });
  }
  const [only, second] = config.accounts;
  if (only !== undefined && second === undefined) return only.name;
  const names = config.accounts.map(({ name }) => name).join(', ');
  throw new PipelineError(`whose files are these? The config has several accounts: ${names}`, {
    code: 'usage',
    hint: 'add --account <name>',
  });
}

interface Bound {
  readonly account: string;
  readonly username: string;
}

async function boundNames(engine: Engine, signal: AbortSignal): Promise<readonly Bound[]> {
  const sql = 'select distinct account_id, username from export_files where username is not null order by all';
  const { batches } = await engine.query({ sql, params: {}, limits: LIMITS, trust: 'ours' }, signal);
  const bound: Bound[] = [];
  for await (const rows of batches)
    for (const [account, username] of rows) bound.push({ account: String(account), username: String(username) });
  return bound;
}

/** Of files that nobody said to be of the account. */
export const refusal = (foreign: string, account: string): PipelineError =>
  new PipelineError(`${foreign}; nothing was imported`, {
    code: 'usage',
    hint: `if they all belong to ${account}, say so: --account ${account}`,
  });

/**
 * What makes the files seem to be of another account, in a sentence; null where nothing does. Told by the user names in the files, compared
 * with each other and with those of the exports in the lake. Newer exports name nobody and are taken at the word of whoever imports them.
 */
export async function foreignExport(
  account: string,
  files: readonly FoundFile[],
  withEngine: <T>(work: (engine: Engine) => Promise<T>) => Promise<T>,
  signal: AbortSignal,
): Promise<string | null> {
  const names = new Map<string, string>();
  for (const { file, found } of files) if (found.kind === 'history' && found.username !== null) names.set(found.username, file.name);
  if (names.size === 0) return null;
  const [[first, firstFile] = ['', ''], second] = names;
  if (second !== undefined) {
    return `these are exports of two users: ${firstFile} of ${first}, ${second[1]} of ${second[0]}`;
  }
  const bound = await withEngine((engine) => boundNames(engine, signal));
  const owner = bound.find((one) => one.username === first && one.account !== account);
  const isKnown = bound.some((one) => one.username === first && one.account === account);
  if (owner !== undefined && !isKnown) {
    return `${firstFile} is an export of ${first}, whose account here is ${owner.account}`;
  }
  const others = bound.filter((one) => one.account === account).map(({ username }) => username);
  if (others.length === 0 || isKnown) return null;
  return `${firstFile} is an export of ${first}, and ${account} has exports of ${others.join(', ')}`;
}
