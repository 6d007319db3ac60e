import { z } from 'zod';
import { PipelineError } from '../../kernel/errors.ts';
import type { Versioned } from '../../kernel/versioned.ts';
import { createVersions } from '../../landing/versions.ts';
import { foundOf } from '../../source/families.ts';
import { hintsOf, readCapabilities } from '../capabilities.ts';
import type { Context } from '../context.ts';
import type { Finding } from '../findings.ts';
import { isRunning, leaseEntry } from '../lease.ts';
import { chosenStreams } from '../reading.ts';
import { streamState } from '../state.ts';

/** Who is at work on the lake, and whether that process is still there. */
export async function leaseFinding({ store, clock }: Pick<Context, 'store' | 'clock'>): Promise<Finding> {
  const check = 'lease';
  const series = createVersions({ store, prefix: 'state/lease/', parse: (value) => leaseEntry.parse(value) });
  const held = (await series.read())?.value ?? null;
  if (held === null || held.until === null) return { check, state: 'ok', where: null, found: 'nobody is at work', next: null };
  const { verb, since, until, holder, process } = held;
  const who = `${verb} since ${since}${process === undefined ? '' : `, process ${process.pid} on ${process.host}`} (${holder})`;
  if (await isRunning(held, clock.now().getTime())) {
    const next = `If that machine is gone, the lake is free at ${until}.`;
    return { check, state: 'ok', where: null, found: `at work: ${who}; its lease lasts until ${until} unless renewed`, next };
  }
  const next = 'Nothing is to be done: the next run takes over. What it had received is kept.';
  return { check, state: 'warn', where: null, found: `it did not finish, and is gone: ${who}`, next };
}

/** What each login was granted against what the streams of the settings need; nobody knows it of a token of the environment. */
export async function scopeFindings(context: Pick<Context, 'config' | 'credentials'>): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const { account, streams } of chosenStreams(context.config, { accounts: [], streams: [] })) {
    if (account.refreshToken !== null) continue;
    const login = await context.credentials.login(account.name);
    if (login === null) continue;
    const lacking = streams.filter(({ stream }) => stream.scopes.some((scope) => !login.scopes.includes(scope)));
    const scopes = [...new Set(lacking.flatMap(({ stream }) => stream.scopes.filter((scope) => !login.scopes.includes(scope))))];
    const where = `account ${account.name}`;
    if (scopes.length === 0) {
      findings.push({
        check: 'scopes',
        state: 'ok',
        where,
        found: `${login.scopes.length} granted, all that its streams need`,
        next: null,
      });
      continue;
    }
    const found = `${scopes.join(', ')} not granted: ${lacking.map(({ name }) => name).join(', ')} cannot be read`;
    const next = 'Log in again and grant them, or take those streams out of the settings.';
    findings.push({ check: 'scopes', state: 'warn', where, found, next });
  }
  return findings;
}

const closedMark = z.object({ unavailable: z.object({ since: z.string(), askedAt: z.string(), why: z.string() }).nullable() });

/** Streams that runs found closed to this app; what a probe says of their endpoint since then is the newer word. */
export async function closedFindings(context: Pick<Context, 'config' | 'store' | 'log' | 'clock'>): Promise<readonly Finding[]> {
  const known = hintsOf((await readCapabilities(context))?.user ?? [], context.clock.now());
  const findings: Finding[] = [];
  for (const { account, streams } of chosenStreams(context.config, { accounts: [], streams: [] })) {
    for (const { name, stream } of streams) {
      const mark = closedMark.safeParse(await hint(streamState(context.store, account.name, name))).data?.unavailable ?? null;
      const { closedSince, answeredAt } = foundOf(stream.name, known);
      if (mark === null || closedSince !== null || (answeredAt ?? '') > mark.askedAt) continue;
      const found = `unavailable since ${mark.since}: ${mark.why}`;
      const next = `Runs ask again seven days after ${mark.askedAt}; \`tonearm doctor --probe\` asks now.`;
      findings.push({ check: 'stream', state: 'warn', where: `${account.name} ${name}`, found, next });
    }
  }
  return findings;
}

/** What cannot be read is told as damaged state. */
async function hint(series: Versioned<unknown>): Promise<unknown> {
  try {
    return (await series.read())?.value ?? null;
  } catch (error) {
    if (error instanceof PipelineError && error.code === 'corrupt') return null;
    throw error;
  }
}
