import type { Config } from '../../config.ts';
import type { PipelineError } from '../../kernel/errors.ts';
import { ENDPOINT_FAMILIES, type EndpointFamily } from '../../source/families.ts';
import { createWatchStreams } from '../../source/watch-streams.ts';
import type { CapabilityRecord, FamilyFound } from '../capabilities.ts';
import type { Finding } from '../findings.ts';

/** Beyond this, access tokens end at odd times and what is read is dated wrongly. */
const CLOCK_SLACK_MS = 30_000;

/** Every stream that the settings ask for, by the names that they give them. */
function wantedStreams({ accounts, watch, enrichment }: Config): ReadonlySet<string> {
  const watched = watch === null ? [] : Object.keys(createWatchStreams(watch));
  return new Set([...accounts.flatMap(({ streams }) => streams), ...watched, ...(enrichment.requestsPerRun > 0 ? ['enrichment'] : [])]);
}

const familyNamed = (name: string): EndpointFamily | null => ENDPOINT_FAMILIES.find((family) => family.name === name) ?? null;

const isIn = (found: readonly FamilyFound[], name: string | null, state: FamilyFound['state']): boolean =>
  found.some((one) => one.family === name && one.state === state);

function troubleOf(one: FamilyFound, user: readonly FamilyFound[], wanted: ReadonlySet<string>): readonly Finding[] {
  const family = familyNamed(one.family);
  const streams = (family?.streams ?? []).filter((stream) => wanted.has(stream));
  const isOver = family?.instead !== null || isIn(user, family.twin, 'open');
  if (family === null || isOver || streams.length === 0 || (one.state !== 'closed' && one.state !== 'no_scope')) return [];
  const reads = `${streams.join(' and ')} ${streams.length === 1 ? 'needs' : 'need'} it`;
  const [found, next] =
    one.state === 'no_scope'
      ? [
          `the login lacks a permission, as of ${one.askedAt}: ${one.said}`,
          `Log in again and grant ${family.scopes.join(' and ')}: ${reads}.`,
        ]
      : [
          `closed to this app since ${one.since}: ${one.said}`,
          `${reads}; runs leave it out and go on. Nothing can be done where Spotify keeps it from apps in development mode.`,
        ];
  return [{ check: 'endpoint', state: 'warn', where: one.family, found, next }];
}

function summaryOf(record: CapabilityRecord, wanted: ReadonlySet<string>): Finding {
  const { user, askedAt } = record;
  const open = user.filter(({ state }) => state === 'open').length;
  const closed = user.filter((one) => one.state === 'closed' && troubleOf(one, user, wanted).length === 0).map(({ family }) => family);
  const rest = closed.length === 0 ? '' : `; closed, and done without: ${closed.join(', ')}`;
  return {
    check: 'spotify',
    state: 'ok',
    where: null,
    found: `${open} of ${user.length} endpoints answer (${askedAt})${rest}`,
    next: null,
  };
}

function appOnly({ app }: CapabilityRecord): Finding {
  const open = app.filter(({ state }) => state === 'open').length;
  const closed = app.filter(({ state }) => state === 'closed').map(({ family }) => family);
  const found = `${open} of ${app.length} endpoints answer without a login${closed.length === 0 ? '' : `; closed: ${closed.join(', ')}`}`;
  return { check: 'app only', state: 'ok', where: null, found, next: null };
}

/** What is recorded of what this app may call, whenever that was found. */
export function capabilityFindings(config: Config, record: CapabilityRecord | null): readonly Finding[] {
  if (record === null) {
    return [{ check: 'spotify', state: 'ok', where: null, found: 'never asked; `tonearm doctor --probe` does', next: null }];
  }
  const wanted = wantedStreams(config);
  return [
    ...(record.user.length === 0 ? [] : [summaryOf(record, wanted)]),
    ...record.user.flatMap((one) => troubleOf(one, record.user, wanted)),
    ...(record.app.length === 0 ? [] : [appOnly(record)]),
  ];
}

/** What ended a probe early. */
export function stoppedFinding({ code, message, hint, retryAt }: PipelineError, who: string): Finding {
  const isPause = code === 'rate_limited' || code === 'quota_exceeded';
  const when = retryAt === null ? '' : ` Not before ${retryAt.toISOString()}.`;
  const next = isPause ? `The rest was not asked; probe again later.${when}` : hint;
  return { check: 'probe', state: isPause ? 'warn' : 'fail', where: who, found: message, next };
}

export function unsaidFindings(failed: readonly { readonly family: string; readonly said: string | null }[]): readonly Finding[] {
  const next = 'Spotify may be unwell for a while: probe again later.';
  return failed.map(({ family, said }) => ({ check: 'endpoint', state: 'warn', where: family, found: said ?? 'no answer', next }));
}

/** This machine's clock against the `Date` of Spotify's answers. */
export function skewFinding(aheadMs: number): Finding {
  const seconds = Math.round(Math.abs(aheadMs) / 1000);
  const found = `${seconds.toLocaleString('en-US')} s ${aheadMs < 0 ? 'behind' : 'ahead of'} Spotify's`;
  const isOff = Math.abs(aheadMs) > CLOCK_SLACK_MS;
  const next = isOff ? 'Let the system set its clock by NTP, such as `timedatectl set-ntp true`.' : null;
  return { check: 'clock skew', state: isOff ? 'warn' : 'ok', where: null, found, next };
}
