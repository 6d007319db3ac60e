import { randomBytes } from 'node:crypto';
import { PipelineError } from '../kernel/errors.ts';
import { checkKey } from './key.ts';
import type { Key } from './object-store.ts';
import type { AccountName } from './raw.ts';

export const NOTES = 'landed/';
const SEQUENCE_DIGITS = 6;

/** One part of a key that came from outside; a slash or dot in it would lead elsewhere. */
function part(what: string, text: string): string {
  if (/^[a-z0-9_-]+$/.test(text)) return text;
  throw new PipelineError(`"${text.slice(0, 100)}" cannot be the ${what} of a raw object: it must be [a-z0-9_-]+`, { code: 'internal' });
}

const folder = (stream: string, account: AccountName): string => `raw/${part('stream', stream)}/account=${part('account', account)}`;

export interface PageKeyParts {
  readonly stream: string;
  readonly account: AccountName;
  readonly landedAt: Date;
  readonly runId: string;
  /** From 1, counted per run and stream. */
  readonly sequence: number;
}

/** `raw/<stream>/account=<account>/dt=<UTC date of landing>/<run-id>-<nnnnnn>.ndjson.gz` */
export function pagesKey({ stream, account, landedAt, runId, sequence }: PageKeyParts): Key {
  const date = landedAt.toISOString().slice(0, 10);
  const number = String(sequence).padStart(SEQUENCE_DIGITS, '0');
  return checkKey(`${folder(stream, account)}/dt=${date}/${part('run id', runId)}-${number}.ndjson.gz`);
}

/** `raw/<stream>/account=<account>/file/<sha256 of the unpacked bytes>.json.gz`: the same bytes have the same key. */
export function fileKey(stream: string, account: AccountName, sha256: string): Key {
  return checkKey(`${folder(stream, account)}/file/${sha256}.json.gz`);
}

/** `landed/<id>.json` */
export function noteKey(landedId: string): Key {
  return checkKey(`${NOTES}${part('landing id', landedId)}.json`);
}

/** `<UTC yyyymmddthhmmssmmmz>-<8 hex>`: ascending with time, of random order within a millisecond. */
export function newLandedId(now: Date): string {
  return `${now.toISOString().replace(/[-:.]/g, '').toLowerCase()}-${randomBytes(4).toString('hex')}`;
}
