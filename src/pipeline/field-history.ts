import { z } from 'zod';
import { createJsonFields, type JsonFields, parentOf } from './json-fields.ts';

/** Objects that must have held a field before its absence says anything. */
const ENOUGH = 5;
/** A field that some objects lack has vanished when so many in a row lack it, and most had it. */
const ROW = 200;
/** Beyond this the count says nothing more; it keeps the state from changing with every run. */
const MOST_COUNTED = 1_000;
/** Of the oldest changes the rest is forgotten; raw still shows them. */
const MOST_CHANGES = 200;

const fieldKnown = z.object({
  /** Objects that held it, and that lacked it though later ones held it again. */
  seen: z.number(),
  missed: z.number(),
  /** UTC days. */
  firstDay: z.string(),
  lastDay: z.string(),
  /** Objects in a row that lack it, up to now, and the day of the first of them. */
  lacking: z.number(),
  lackingSince: z.string().nullable(),
  /** It was told that it has vanished. */
  isGone: z.boolean(),
});
type FieldKnown = z.infer<typeof fieldKnown>;

const fieldChange = z.object({
  change: z.enum(['vanished', 'appeared']),
  /** Such as `items[].track.popularity`. */
  path: z.string(),
  /** UTC days: of the last answer before the change, and of the first one after it. */
  lastBefore: z.string().nullable(),
  firstAfter: z.string(),
});
export type FieldChange = z.infer<typeof fieldChange>;

/** What was seen of the fields of one kind of answer. */
export const fieldHistory = z.object({
  fields: z.record(z.string(), fieldKnown),
  /** Objects met, by the path they stand at; empty for the body itself. */
  objects: z.record(z.string(), z.object({ count: z.number(), lastDay: z.string() })),
  changes: z.array(fieldChange),
});
export type FieldHistory = z.infer<typeof fieldHistory>;

export const NO_HISTORY: FieldHistory = { fields: {}, objects: {}, changes: [] };

/** One answer: its body, without what differs from its neighbours for a reason of its own, and its UTC day. */
export interface DatedBody {
  readonly body: unknown;
  readonly day: string;
}

/** Episodes and local files stand where tracks do, and have other fields. */
function isOdd(name: string, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { type, is_local: isLocal } = value as Readonly<Record<string, unknown>>;
  return isLocal === true || (type === 'episode' && (name === 'track' || name === 'item'));
}

/** The body with null in place of what is odd. */
function usual(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(usual);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, child]) => [name, isOdd(name, child) ? null : usual(child)]));
}

const capped = (count: number): number => Math.min(count, MOST_COUNTED);

function met(field: FieldKnown | undefined, fields: JsonFields, path: string, day: string): FieldKnown {
  const { count, of } = fields.seen(path) ?? { count: 0, of: fields.chances(path) };
  const known = field ?? { seen: 0, missed: 0, firstDay: day, lastDay: day, lacking: 0, lackingSince: null, isGone: false };
  if (of === 0) return known;
  if (count === 0) return { ...known, lacking: capped(known.lacking + of), lackingSince: known.lackingSince ?? day };
  const missed = capped(known.missed + (of - count) + (known.isGone ? 0 : known.lacking));
  return { ...known, seen: capped(known.seen + count), missed, lastDay: day, lacking: 0, lackingSince: null, isGone: false };
}

const isSteady = ({ seen, missed, lacking }: FieldKnown): boolean =>
  seen >= ENOUGH && (missed === 0 ? lacking > 0 : seen > missed && lacking >= ROW);

/** Fields new in this answer, where objects at that place were met before without them. */
function appearedIn(history: FieldHistory, fields: JsonFields, day: string): readonly FieldChange[] {
  return fields.paths().flatMap((path): readonly FieldChange[] => {
    const known = history.fields[path];
    const place = history.objects[parentOf(path)];
    if (known === undefined) {
      return place === undefined || place.count < ENOUGH ? [] : [{ change: 'appeared', path, lastBefore: place.lastDay, firstAfter: day }];
    }
    return known.isGone ? [{ change: 'appeared', path, lastBefore: place?.lastDay ?? null, firstAfter: day }] : [];
  });
}

function withAnswer(history: FieldHistory, { body, day }: DatedBody): FieldHistory {
  const fields = createJsonFields();
  fields.add(usual(body), day);
  const appeared = appearedIn(history, fields, day);
  const paths = new Set([...Object.keys(history.fields), ...fields.paths()]);
  const objects = { ...history.objects };
  for (const path of new Set(fields.paths().map(parentOf))) {
    objects[path] = { count: capped((objects[path]?.count ?? 0) + fields.chances(`${path}.x`)), lastDay: day };
  }
  return {
    fields: Object.fromEntries([...paths].map((path) => [path, met(history.fields[path], fields, path, day)])),
    objects,
    changes: [...history.changes, ...appeared],
  };
}

function withVanished(history: FieldHistory): FieldHistory {
  const gone = Object.entries(history.fields).filter(([, field]) => !field.isGone && isSteady(field));
  const changes = gone.map(([path, { lastDay, lackingSince }]): FieldChange => {
    return { change: 'vanished', path, lastBefore: lastDay, firstAfter: lackingSince ?? lastDay };
  });
  const marked = Object.fromEntries(gone.map(([path, field]) => [path, { ...field, isGone: true }]));
  return { ...history, fields: { ...history.fields, ...marked }, changes: [...history.changes, ...changes] };
}

/**
 * The history with further answers of the same kind, in the order of their reading, and what changed with them. A field has vanished where
 * every object before held it and the newest ones lack it; it has appeared where objects at its place were met before without it. An object
 * that is absent as a whole (null, an empty list) says nothing of its fields.
 */
export function withAnswers(
  before: FieldHistory,
  answers: readonly DatedBody[],
): { readonly history: FieldHistory; readonly changes: readonly FieldChange[] } {
  const read = withVanished(answers.reduce(withAnswer, { ...before, changes: [] }));
  return { history: { ...read, changes: [...before.changes, ...read.changes].slice(-MOST_CHANGES) }, changes: read.changes };
}
