import type { ObjectStore } from '../landing/object-store.ts';
import type { RawLine } from '../landing/raw.ts';
import { readRawLines, readRawText } from '../landing/raw-reader.ts';
import { isHistoryStream } from '../source/export/history-contract.ts';
import { isExportedListStream } from '../source/export/lists.ts';
import { placeOf } from '../source/export/salvage.ts';
import { recordsOf } from '../source/records.ts';
import { STREAM_NAMES, type StreamName } from '../source/types.ts';

/** Where a record stands in raw. `field` begins with the list that holds it. */
export interface RecordPlace {
  readonly rawKey: string;
  readonly stream: string;
  readonly line: number;
  readonly item: number | null;
  readonly field: string;
}

export interface RecordText {
  /** `json`: indented; `text`: bytes that are no JSON, as UTF-8 with what is none replaced. Control characters are written as `\u…`. */
  readonly form: 'json' | 'text';
  readonly text: string;
  /** More than was asked for: the rest is in raw. */
  readonly isCut: boolean;
}

/** More of one element is never looked at. */
const LARGEST_ELEMENT = 2 * 1024 * 1024;

const HIDDEN = '[hidden]';
const SECRET_NAME = /token|secret|authorization|password|code_?verifier|cookie/i;

/**
 * Spotify's access tokens start with BQ and its refresh tokens with AQ, each more than a hundred characters long; three parts with dots are
 * a JWT; so long a run of one alphabet is no id, link or snapshot either.
 */
const SECRET_TEXT = /\b[AB]Q[\w-]{40,}|\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*|\b(?:bearer|basic)\s+[\w.~+/=-]{8,}|[\w-]{100,}/gi;
/** The same by its name, in text that is no JSON. */
const SECRET_PAIR = /((?:token|secret|password|code_?verifier)\w*["']?\s*[:=]\s*["']?)[^\s"'&,}]+/gi;

/** Where a person was, and with what, in the extended history. */
const ADDRESS_NAME = /^(?:ip_addr|user_agent)/i;
const ADDRESS_PAIR = /((?:ip_addr|user_agent)\w*["']?\s*[:=]\s*)("(?:[^"\\]|\\.)*"?|[^\s,}]+)/gi;

const hideIn = (text: string): string => text.replace(SECRET_TEXT, HIDDEN);

const withoutSecrets =
  (showsAddresses: boolean) =>
  (name: string, value: unknown): unknown => {
    if (typeof value !== 'string') return value;
    const isHidden = SECRET_NAME.test(name) || (!showsAddresses && ADDRESS_NAME.test(name));
    return isHidden && value !== '' ? HIDDEN : hideIn(value);
  };

/** Could steer the terminal, or turn the direction of the text around. */
const escapeControls = (text: string): string =>
  text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (found) =>
    found === '\n'
      ? found
      : Array.from({ length: found.length }, (_, at) => `\\u${found.charCodeAt(at).toString(16).padStart(4, '0')}`).join(''),
  );

function cut(form: RecordText['form'], text: string, most: number): RecordText {
  const shown = escapeControls(text);
  const bytes = Buffer.from(shown);
  if (bytes.length <= most) return { form, text: shown, isCut: false };
  // A character that the cut goes through is left out.
  const kept = new TextDecoder().decode(bytes.subarray(0, most), { stream: true });
  return { form, text: kept, isCut: true };
}

/** A value as indented JSON of at most `most` bytes, what looks like a token hidden, and addresses unless they are asked for. */
export const jsonText = (value: unknown, most: number, showsAddresses = false): RecordText =>
  cut('json', JSON.stringify(value, withoutSecrets(showsAddresses), 2), most);

/** Bytes as text, likewise. Only as much is looked at as could be shown, and some more, so that the cut goes through no token. */
export function plainText(bytes: Uint8Array, most: number, showsAddresses = false): RecordText {
  const received = new TextDecoder().decode(bytes.subarray(0, most + 4_096));
  const text = showsAddresses ? received : received.replace(ADDRESS_PAIR, `$1${HIDDEN}`);
  const shown = cut('text', hideIn(text.replace(SECRET_PAIR, `$1${HIDDEN}`)), most);
  return { ...shown, isCut: shown.isCut || bytes.length > most + 4_096 };
}

const isStreamName = (name: string): name is StreamName => (STREAM_NAMES as readonly string[]).includes(name);

/** The element of the innermost list on the way that `field` tells. */
function listedIn(body: unknown, item: number, field: string): unknown {
  let value = body;
  let found = body;
  for (const step of field.split('.')) {
    value = (value as Readonly<Record<string, unknown>> | null | undefined)?.[step];
    if (Array.isArray(value)) found = value[item];
  }
  return found;
}

/** The element that the place names; the whole body where it names none. */
function recordIn(body: unknown, { stream, item, field }: RecordPlace): unknown {
  if (item !== null && isExportedListStream(stream)) return listedIn(body, item, field);
  if (item === null || !isStreamName(stream)) return body;
  const records = recordsOf(stream, body) ?? [];
  const found = records.find(({ path }) => path.at(-1) === item && `${field}.`.startsWith(`${path.slice(0, -1).join('.')}.`));
  return found === undefined ? body : found.value;
}

function parsed(bytes: Uint8Array): { readonly body: unknown } | null {
  try {
    return { body: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown };
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return null;
    throw error;
  }
}

async function fileText(store: ObjectStore, place: RecordPlace, most: number): Promise<RecordText> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of readRawText(store, place.rawKey)) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  const json = parsed(bytes);
  return json === null ? plainText(bytes, most) : jsonText(recordIn(json.body, place), most);
}

/** Some bytes of the unpacked object. */
async function bytesOf(store: ObjectStore, rawKey: string, from: number, to: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let at = 0;
  for await (const chunk of readRawText(store, rawKey)) {
    chunks.push(chunk.subarray(Math.max(0, from - at), Math.max(0, to - at)));
    at += chunk.length;
    if (at >= to) break;
  }
  return Buffer.concat(chunks);
}

/** An element of a history, which may be far too large to be parsed, or no JSON at all. */
async function elementText(
  store: ObjectStore,
  { rawKey }: RecordPlace,
  item: number,
  most: number,
  showsAddresses: boolean,
): Promise<RecordText> {
  const place = await placeOf(item, readRawText(store, rawKey));
  if (place === null) return { form: 'text', text: '', isCut: false };
  // Enough to tell that there is more, where there is.
  const bytes = await bytesOf(store, rawKey, place.from, Math.min(place.to, place.from + LARGEST_ELEMENT));
  const json = parsed(bytes);
  return json === null ? plainText(bytes, most, showsAddresses) : jsonText(json.body, most, showsAddresses);
}

async function pageText(store: ObjectStore, place: RecordPlace, most: number): Promise<RecordText> {
  for await (const { line, text } of readRawLines(store, place.rawKey)) {
    if (line !== place.line) continue;
    const { body, body_base64: base64 } = JSON.parse(text) as RawLine;
    return base64 === undefined ? jsonText(recordIn(body, place), most) : plainText(Buffer.from(base64, 'base64'), most);
  }
  return { form: 'text', text: '', isCut: false };
}

/**
 * What raw holds of one record, for a person: at most `most` bytes, what looks like a token hidden, and of a history the addresses unless they
 * are asked for. Whole numbers beyond 2^53 are shown as
 * JavaScript rounds them; raw has them as received.
 *
 * Errors: `corrupt` where the raw object is gone or damaged.
 */
export function recordText(store: ObjectStore, place: RecordPlace, most: number, showsAddresses = false): Promise<RecordText> {
  if (isHistoryStream(place.stream) && place.item !== null) return elementText(store, place, place.item, most, showsAddresses);
  return place.rawKey.endsWith('.ndjson.gz') ? pageText(store, place, most) : fileText(store, place, most);
}
