import { PipelineError } from '../kernel/errors.ts';
import { suggestion } from '../kernel/nearest.ts';
import type { RawLine, RawObject } from '../landing/raw.ts';
import { readRawLines, readRawText } from '../landing/raw-reader.ts';
import { SHAPES } from '../transform/shapes.ts';
import { type DriftedField, SAMPLE, type StreamDrift } from './answers.ts';
import type { Context } from './context.ts';
import { type Looked, withDates } from './drift-dates.ts';
import { noticedChanges } from './field-watch.ts';
import { createJsonFields, type JsonFields, parentOf } from './json-fields.ts';
import { fieldsRead, otherNames } from './read-fields.ts';

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

async function look(context: Context, raws: readonly RawObject[], signal: AbortSignal): Promise<Looked> {
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
  const read = fieldsRead(stream);
  const isRead = new Set(read);
  const described = (path: string, has: JsonFields, lacks: JsonFields): readonly DriftedField[] => {
    const seen = has.seen(path);
    return seen === null ? [] : [{ path, isRead: isRead.has(path), seen, changed: null, movedTo: elsewhere(path, lacks) }];
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
 * most, read from raw now, with the days of each change by halving what lies between; and what runs noticed as they read, which is known
 * from the first answer on.
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
    const found = compare(stream, earlier.fields, recent.fields);
    const between = raws.slice(ends.earlier.length, raws.length - ends.recent.length);
    const whole = { earlier, recent, count: between.length, lookAt: (at: number) => look(context, between.slice(at, at + 1), signal) };
    const vanished = await withDates(found.vanished, true, whole);
    const appeared = await withDates(found.appeared, false, whole);
    drifts.push({ ...facts, ...found, vanished, appeared, noticed: await noticedChanges(context, stream) });
    context.progress({ step: 'schema diff', account: null, done: drifts.length, total: asked === null ? held.size : 1, unit: 'files' });
  }
  return drifts;
}
