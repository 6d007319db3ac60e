import type { DriftedField, Sample } from './answers.ts';
import { type JsonFields, parentOf } from './json-fields.ts';

/** Raw objects read to date the changes of one stream, besides the samples: each halves what is left. */
const MOST_READ = 40;

export interface Looked {
  readonly sample: Sample;
  readonly fields: JsonFields;
}

interface Ends {
  readonly earlier: Looked;
  readonly recent: Looked;
  /** How many raw objects lie between the two samples, oldest first. */
  readonly count: number;
  readonly lookAt: (index: number) => Promise<Looked>;
}

type Side = 'before' | 'after' | 'silent';

/** On which side of the change a raw object lies; one without an object that could hold the field says nothing. */
function sideOf({ fields }: Looked, path: string, isVanished: boolean): Side {
  if (fields.chances(path) === 0) return 'silent';
  return (fields.seen(path) !== null) === isVanished ? 'before' : 'after';
}

/** From the middle to the newer end, then to the older one. */
function* fromMiddle(low: number, high: number): Generator<number> {
  const middle = Math.floor((low + high) / 2);
  for (let index = middle; index < high; index += 1) yield index;
  for (let index = middle - 1; index > low; index -= 1) yield index;
}

const isTopmost = ({ path }: DriftedField, all: ReadonlySet<string>): boolean => !all.has(parentOf(path).replace(/(\[\])+$/, ''));

/**
 * The days between which each field vanished or appeared: by halving what lies between the samples, for all fields together with at most 40
 * raw objects read, so that the days may be further apart where very many changed at different times. Where a field came and went, it is one
 * of its changes. What lies below a field that changed has its days.
 */
export async function withDates(fields: readonly DriftedField[], isVanished: boolean, ends: Ends): Promise<readonly DriftedField[]> {
  const { earlier, recent, count } = ends;
  const read = new Map<number, Looked>();
  const lookAt = async (index: number): Promise<Looked | null> => {
    const known = read.get(index);
    if (known !== undefined || read.size === MOST_READ) return known ?? null;
    const looked = await ends.lookAt(index);
    read.set(index, looked);
    return looked;
  };

  async function changeOf({ path, seen }: DriftedField): Promise<DriftedField['changed']> {
    const daysIn = ({ fields: found }: Looked) => found.chanceDays(path);
    let lastBefore = isVanished ? seen.lastDay : (daysIn(earlier)?.lastDay ?? null);
    let firstAfter = isVanished ? (daysIn(recent)?.firstDay ?? null) : seen.firstDay;
    let [low, high] = [-1, count];
    for (let isNarrower = true; isNarrower && high - low > 1; ) {
      isNarrower = false;
      for (const index of fromMiddle(low, high)) {
        const looked = await lookAt(index);
        if (looked === null) break;
        const side = sideOf(looked, path, isVanished);
        if (side === 'silent') continue;
        if (side === 'before') [low, lastBefore] = [index, daysIn(looked)?.lastDay ?? lastBefore];
        else [high, firstAfter] = [index, daysIn(looked)?.firstDay ?? firstAfter];
        isNarrower = true;
        break;
      }
    }
    return lastBefore === null || firstAfter === null ? null : { lastBefore, firstAfter };
  }

  const paths = new Set(fields.map(({ path }) => path));
  const dated: DriftedField[] = [];
  for (const field of fields) {
    const above = dated.find(({ path }) => field.path.startsWith(`${path}.`) || field.path.startsWith(`${path}[]`));
    const changed = isTopmost(field, paths) || above === undefined ? await changeOf(field) : above.changed;
    dated.push({ ...field, changed });
  }
  return dated;
}
