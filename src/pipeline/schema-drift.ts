import { PipelineError } from '../kernel/errors.ts';
import { suggestion } from '../kernel/nearest.ts';
import type { RawLine, RawObject } from '../landing/raw.ts';
import { readRawLines, readRawText } from '../landing/raw-reader.ts';
import { type Field, SHAPES } from '../transform/shapes.ts';
import { type DriftedField, SAMPLE, type Sample, type StreamDrift } from './answers.ts';
import type { Context } from './context.ts';
import { createJsonFields, type JsonFields, parentOf } from './json-fields.ts';

/** Names that the two surfaces of the Web API have for one thing. */
const OTHER_NAMES: readonly (readonly [string, string])[] = [
  ['track', 'item'],
  ['tracks', 'items'],
];

function readPaths(field: Field, path: string): readonly string[] {
  if (typeof field === 'string') return [];
  if (Array.isArray(field)) return readPaths(field[0] as Field, `${path}[]`);
  return Object.entries(field).flatMap(([name, child]) => {
    const below = path === '' ? name : `${path}.${name}`;
    return [below, ...readPaths(child, below)];
  });
}

/** When what it holds was true; what nothing dates is older than everything dated. */
const dateOf = ({ format, landedAt, observedAt }: RawObject): string =>
  (format === 'pages' ? landedAt : (observedAt ?? new Date(0))).toISOString();

/** From the first one on, as far as the sample goes; at least one. */
function upTo(raws: readonly RawObject[], most: number): readonly RawObject[] {
  const taken: RawObject[] = [];
  let bytes = 0;
  for (const raw of raws.slice(0, most)) {
    bytes += raw.bytes;
    if (taken.length > 0 && bytes > SAMPLE.bytes) break;
    taken.push(raw);
  }
  return taken;
}

/** The two ends of a stream, without an overlap; a single raw object is recent. */
function twoEnds(raws: readonly RawObject[]): { readonly earlier: readonly RawObject[]; readonly recent: readonly RawObject[] } {
  const half = Math.floor(raws.length / 2);
  const recent = upTo(raws.toReversed(), Math.min(SAMPLE.rawObjects, raws.length - half));
  return { earlier: half === 0 ? [] : upTo(raws, Math.min(SAMPLE.rawObjects, half)), recent };
}

async function* bodiesOf(context: Context, raw: RawObject): AsyncGenerator<{ readonly day: string; readonly body: unknown }> {
  if (raw.format === 'pages') {
    for await (const { text } of readRawLines(context.store, raw.key)) {
      const { status, body, observed_at: at } = JSON.parse(text) as RawLine;
      if (status >= 200 && status < 300 && body !== undefined) yield { day: at.slice(0, 10), body };
    }
    return;
  }
  if (raw.format === 'opaque') return;
  const chunks: Uint8Array[] = [];
  for await (const chunk of readRawText(context.store, raw.key)) chunks.push(chunk);
  const text = new TextDecoder().decode(Buffer.concat(chunks));
  yield { day: dateOf(raw).slice(0, 10), body: JSON.parse(text) as unknown };
}

async function look(context: Context, raws: readonly RawObject[], signal: AbortSignal): Promise<{ sample: Sample; fields: JsonFields }> {
  const fields = createJsonFields();
  const days: string[] = [];
  for (const raw of raws) {
    signal.throwIfAborted();
    for await (const { day, body } of bodiesOf(context, raw)) {
      fields.add(body, day);
      days.push(day);
    }
  }
  days.sort();
  return { sample: { rawObjects: raws.length, answers: days.length, firstDay: days[0] ?? null, lastDay: days.at(-1) ?? null }, fields };
}

/**
 * Fields of one sample that the other lacks. Where the other one has no object that could have held the field (an empty list, a null), it
 * says nothing about it; where the object itself is gone, so is all below.
 */
function lacking(has: JsonFields, lacks: JsonFields): readonly string[] {
  const found = new Set<string>();
  const containerOf = (path: string): string => parentOf(path).replace(/(\[\])+$/, '');
  for (const path of has.paths()) {
    if (lacks.seen(path) === null && (lacks.chances(path) > 0 || found.has(containerOf(path)))) found.add(path);
  }
  return [...found];
}

/** The path by other names of its parts, one or several of them. */
function otherNames(path: string): readonly string[] {
  const [first = '', ...rest] = path.split('.');
  const name = first.replace('[]', '');
  const other = OTHER_NAMES.flatMap(([one, two]) => (name === one ? [two] : name === two ? [one] : []));
  const firsts = [first, ...other.map((renamed) => first.replace(name, renamed))];
  if (rest.length === 0) return firsts;
  return otherNames(rest.join('.')).flatMap((below) => firsts.map((above) => `${above}.${below}`));
}

/** Where a sample has the field by another name; null where it has none. */
const elsewhere = (path: string, sample: JsonFields): string | null =>
  otherNames(path).find((other) => other !== path && sample.seen(other) !== null) ?? null;

/** What is gone by both of its names is told by the one that its container has now. */
function goneOf(vanished: readonly DriftedField[]): readonly string[] {
  const gone = new Set(vanished.flatMap(({ path, isRead, movedTo }) => (isRead && movedTo === null ? [path] : [])));
  const moved = vanished.filter(({ movedTo }) => movedTo !== null);
  const isToldByNewName = (path: string): boolean =>
    moved.some(({ path: from, movedTo }) => path.startsWith(`${from}.`) && gone.has(`${movedTo}${path.slice(from.length)}`));
  return [...gone].filter((path) => !isToldByNewName(path));
}

function compare(
  stream: string,
  earlier: JsonFields,
  recent: JsonFields,
): Pick<StreamDrift, 'vanished' | 'appeared' | 'gone' | 'neverSeen'> {
  const shape = SHAPES[stream];
  const read = shape === undefined ? [] : readPaths(shape.body, '');
  const isRead = new Set(read);
  const described = (path: string, has: JsonFields, lacks: JsonFields): readonly DriftedField[] => {
    const seen = has.seen(path);
    return seen === null ? [] : [{ path, isRead: isRead.has(path), seen, movedTo: elsewhere(path, lacks) }];
  };
  const vanished = lacking(earlier, recent).flatMap((path) => described(path, earlier, recent));
  const appeared = lacking(recent, earlier).flatMap((path) => described(path, recent, earlier));
  return {
    vanished,
    appeared,
    gone: goneOf(vanished),
    neverSeen: read.filter(
      (path) => earlier.seen(path) === null && recent.seen(path) === null && recent.chances(path) > 0 && elsewhere(path, recent) === null,
    ),
  };
}

async function rawByStream(context: Context): Promise<ReadonlyMap<string, readonly RawObject[]>> {
  const streams = new Map<string, Map<string, RawObject>>();
  for await (const raw of context.landing.landed()) {
    if (!(raw.stream in SHAPES)) continue;
    const known = streams.get(raw.stream) ?? new Map<string, RawObject>();
    streams.set(raw.stream, known.set(raw.key, raw));
  }
  const byDate = (a: RawObject, b: RawObject): number => (dateOf(a) + a.key < dateOf(b) + b.key ? -1 : 1);
  return new Map([...streams].sort(([a], [b]) => (a < b ? -1 : 1)).map(([stream, raws]) => [stream, [...raws.values()].sort(byDate)]));
}

/**
 * How the answers of each stream have changed: the fields of its oldest raw objects against those of its newest, ten of each and 16 MB at
 * most, read from raw now. Days are those of the samples, so a field may have vanished any time between them.
 *
 * Errors: `not_found` for a stream that raw does not hold; `corrupt` where raw cannot be read; `cancelled`.
 */
export async function schemaDrift(
  context: Context,
  options: { readonly stream: string | null },
  signal: AbortSignal,
): Promise<readonly StreamDrift[]> {
  const held = await rawByStream(context);
  const { stream: asked } = options;
  if (asked !== null && !held.has(asked)) {
    const hint = held.size === 0 ? 'the lake holds no answers yet' : suggestion(asked, [...held.keys()]);
    throw new PipelineError(`raw holds no answers of a stream ${asked}`, { code: 'not_found', hint });
  }
  const drifts: StreamDrift[] = [];
  for (const [stream, raws] of held) {
    if (asked !== null && stream !== asked) continue;
    const ends = twoEnds(raws);
    const earlier = await look(context, ends.earlier, signal);
    const recent = await look(context, ends.recent, signal);
    const facts = { stream, rawObjects: raws.length, earlier: earlier.sample, recent: recent.sample };
    drifts.push({ ...facts, ...compare(stream, earlier.fields, recent.fields) });
    context.progress({ step: 'schema diff', account: null, done: drifts.length, total: asked === null ? held.size : 1, unit: 'files' });
  }
  return drifts;
}
