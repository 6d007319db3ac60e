import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { asPipelineError, PipelineError } from '../kernel/errors.ts';
import { bucketOf } from '../kernel/lake-place.ts';
import type { Catalog } from '../tables/catalog.ts';
import { openWarehouse, type Warehouse } from '../transform/duckdb.ts';
import { readCapabilities } from './capabilities.ts';
import type { Context } from './context.ts';
import type { Finding } from './findings.ts';
import { closedFindings, leaseFinding, scopeFindings } from './health/access.ts';
import { bucketFindings } from './health/bucket.ts';
import { catalogFindings } from './health/catalog.ts';
import { loginFindings } from './health/logins.ts';
import { duckDbFinding, folderFindings, nodeFinding, roomFinding, temporaryFinding } from './health/machine.ts';
import { clockFinding, landingFindings, rawBytesFinding } from './health/raw.ts';
import { capabilityFindings } from './health/spotify.ts';
import { tableBytesFinding, tableFilesFinding } from './health/tables.ts';
import { groundOf } from './lake.ts';
import { probeSpotify } from './probing.ts';
import { damagedState } from './state.ts';

async function stateFinding(context: Context): Promise<Finding> {
  const [first, ...more] = await damagedState(context);
  if (first === undefined) return { check: 'state', state: 'ok', where: null, found: 'readable', next: null };
  const found = `it cannot be read${more.length === 0 ? '' : `, nor can ${more.join(', ')}`}`;
  return {
    check: 'state',
    state: 'fail',
    where: first,
    found,
    next: 'Run `tonearm rebuild`: it removes it, and the stream reads again what it had.',
  };
}

async function removalFinding({ removals }: Context): Promise<Finding> {
  const check = 'removals';
  const { unfinished, number } = await removals.read();
  const [first] = unfinished;
  if (first === undefined) return { check, state: 'ok', where: null, found: number === 0 ? 'none' : `${number}, all finished`, next: null };
  const found = `${first.note.verb} number ${first.number} of ${first.note.at} is not finished: what it removed is still there`;
  const next = 'The next run, import, rebuild or removal finishes it; `tonearm rebuild` does it now.';
  return { check, state: 'warn', where: 'removed/', found, next };
}

/** A look that fails in a way of its own is told like any other finding, so that the rest is looked at. */
async function looked(check: string, look: () => Promise<readonly Finding[]>): Promise<readonly Finding[]> {
  try {
    return await look();
  } catch (error) {
    const { code, message, hint } = asPipelineError(error);
    if (code === 'cancelled') throw error;
    return [{ check, state: 'fail', where: null, found: message, next: hint }];
  }
}

/** A DuckDB of the doctor's own; its folder is made only where the lake is there. */
async function withWarehouse(context: Context, work: (warehouse: Warehouse) => Promise<readonly Finding[]>): Promise<readonly Finding[]> {
  const { threads, memoryLimit } = context.config;
  const tempDir = join(context.tempDir, context.ids.runId());
  const warehouse = await openWarehouse({ threads, memoryLimit, tempDir });
  try {
    return await work(warehouse);
  } finally {
    warehouse.close();
    await rm(tempDir, { recursive: true, force: true });
  }
}

/**
 * Looks at the machine, the settings and the lake, and says of each thing what is wrong with it and what to do. Changes no table. `deep`
 * reads every table file and every raw object to its end, too; `probe` asks Spotify, too, and keeps what it finds. Where the catalog cannot be
 * read, its tables are not looked at.
 *
 * Errors: `cancelled`; anything else is a finding.
 */
export async function doctor(
  context: Context,
  options: { readonly deep: boolean; readonly probe?: boolean },
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const { config, clock } = context;
  const findings: Finding[] = [nodeFinding()];
  const look = async (check: string, work: () => Promise<readonly Finding[]>): Promise<void> => {
    if (signal.aborted) throw new PipelineError('stopped', { code: 'cancelled' });
    findings.push(...(await looked(check, work)));
  };
  let catalog: Catalog | null = null;
  await look('duckdb', () => withWarehouse(context, async (warehouse) => [await duckDbFinding(warehouse)]));
  const ground = groundOf(config);
  if (bucketOf(config.lake) === null) await look('lake folder', () => folderFindings(config.lake));
  else await look('lake bucket', () => bucketFindings(context, ground));
  await look('login', () => loginFindings(context));
  await look('scopes', () => scopeFindings(context));
  await look('spotify', async () =>
    options.probe === true ? probeSpotify(context, signal) : capabilityFindings(config, await readCapabilities(context)),
  );
  await look('stream', () => closedFindings(context));
  await look('catalog', async () => {
    const found = await catalogFindings(context);
    catalog = found.catalog;
    return found.findings;
  });
  const seen: Catalog | null = catalog;
  if (seen !== null) {
    await look('room for a rebuild', async () => [await roomFinding(ground, seen)]);
    await look('table files', () => withWarehouse(context, async (warehouse) => [await tableFilesFinding(context, seen, warehouse)]));
    await look('landing notes', () => landingFindings(context, seen));
    if (options.deep) await look('deep', async () => [await tableBytesFinding(context, seen), await rawBytesFinding(context)]);
  } else if (options.deep) {
    await look('raw bytes', async () => [await rawBytesFinding(context)]);
  }
  await look('clock', async () => [await clockFinding(context, seen)]);
  await look('lease', async () => [await leaseFinding(context)]);
  await look('state', async () => [await stateFinding(context)]);
  await look('removals', async () => [await removalFinding(context)]);
  await look('temporary files', async () => [await temporaryFinding(ground, clock.now())]);
  return findings;
}
