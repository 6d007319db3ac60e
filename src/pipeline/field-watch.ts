import { z } from 'zod';
import { asPipelineError, PipelineError } from '../kernel/errors.ts';
import type { Versioned } from '../kernel/versioned.ts';
import { createVersions } from '../landing/versions.ts';
import type { Page } from '../source/types.ts';
import type { NoticedChange } from './answers.ts';
import type { Context } from './context.ts';
import { type DatedBody, type FieldChange, type FieldHistory, fieldHistory, NO_HISTORY, withAnswers } from './field-history.ts';
import { fieldsRead, otherNames } from './read-fields.ts';

/** Answers of each kind that are looked at in one run: a long list has the fields of its beginning. */
const MOST_ANSWERS = 20;
/** Entries of a series of hints that are kept. */
const KEEP = 20;

/** By the form of the request: what is asked for several at once, or by another name, is laid out otherwise. */
const streamFields = z.object({ forms: z.record(z.string(), fieldHistory) });
type StreamFields = z.infer<typeof streamFields>;

/** Looks at the fields of the answers of one run. */
export interface FieldWatch {
  note(page: Page, body: unknown): void;
  /** What changed against all runs before, told in the log; `keep` stores it, so that it is told once. */
  changes(): Promise<{ readonly warnings: readonly string[]; keep(): Promise<void> }>;
}

type Place = Pick<Context, 'store' | 'log'>;

/** Which app asked makes no difference: an account's tables lack a field that it lacks. An account's name holds no underscore. */
const seriesOf = ({ store }: Place, stream: string): Versioned<StreamFields> =>
  createVersions({ store, prefix: `state/_app.fields.${stream}/`, parse: (value) => streamFields.parse(value), keep: KEEP });

async function known(place: Place, series: Versioned<StreamFields>): Promise<StreamFields> {
  try {
    return (await series.read())?.value ?? { forms: {} };
  } catch (error) {
    if (!(error instanceof PipelineError) || error.code !== 'corrupt') throw error;
    place.log.warn('the fields seen so far cannot be read; they are learned anew', { cause: error.message });
    return { forms: {} };
  }
}

function formOf({ stream, request: { path, query } }: Page): string {
  if (query.ids !== undefined) return 'ids';
  if (query.type !== undefined) return query.type;
  return stream === 'playlist_items' ? path.slice(path.lastIndexOf('/') + 1) : '';
}

/** The tables find it under its other name, as `item` in place of `track`. */
const hasMoved = (path: string, { fields }: FieldHistory): boolean =>
  otherNames(path).some((other) => other !== path && fields[other] !== undefined && !fields[other].isGone && fields[other].lacking === 0);

/** Worth a warning: the tables read it, and what is new lacks it. */
function isLoss({ change, path }: FieldChange, history: FieldHistory, read: ReadonlySet<string>): boolean {
  return change === 'vanished' && read.has(path) && !hasMoved(path, history);
}

const lossText = (stream: string, { path, lastBefore, firstAfter }: FieldChange): string =>
  `${stream}: Spotify gives ${path} no longer, since ${firstAfter} (last seen ${lastBefore}); columns made of it keep their ` +
  'last values where all of their group is gone, and are null for newer answers elsewhere (tonearm schema diff)';

interface Seen {
  readonly form: string;
  readonly answers: DatedBody[];
}

export function createFieldWatch(place: Place): FieldWatch {
  const streams = new Map<string, Map<string, Seen>>();

  async function compare(stream: string, forms: Iterable<Seen>) {
    const series = seriesOf(place, stream);
    const before = await known(place, series);
    const read = new Set(fieldsRead(stream));
    const after: StreamFields = { forms: { ...before.forms } };
    const warnings: string[] = [];
    for (const { form, answers } of forms) {
      const { history, changes } = withAnswers(before.forms[form] ?? NO_HISTORY, answers);
      after.forms[form] = history;
      for (const change of changes) {
        if (isLoss(change, history, read)) warnings.push(lossText(stream, change));
        else place.log.info('the answers of Spotify changed', { stream, form, ...change });
      }
    }
    return { series, before, after, warnings };
  }

  async function keep({ series, before, after }: Awaited<ReturnType<typeof compare>>): Promise<void> {
    if (JSON.stringify(before) === JSON.stringify(after)) return;
    try {
      // Another run may store at the same time; whoever loses leaves the other's, which is as true.
      await series.write(await series.newest(), after);
    } catch (error) {
      place.log.warn('the fields seen so far cannot be kept', { cause: asPipelineError(error).message });
    }
  }

  return {
    note: (page, body) => {
      const forms = streams.get(page.stream) ?? new Map<string, Seen>();
      streams.set(page.stream, forms);
      const form = formOf(page);
      const seen = forms.get(form) ?? { form, answers: [] };
      forms.set(form, seen);
      if (seen.answers.length < MOST_ANSWERS) seen.answers.push({ body, day: page.observedAt.toISOString().slice(0, 10) });
    },
    changes: async () => {
      const compared: Awaited<ReturnType<typeof compare>>[] = [];
      for (const [stream, forms] of streams) compared.push(await compare(stream, forms.values()));
      const warnings = compared.flatMap((one) => one.warnings);
      for (const warning of warnings) place.log.warn(warning);
      return {
        warnings,
        keep: async () => {
          for (const one of compared) await keep(one);
        },
      };
    },
  };
}

/** Changes that runs noticed in the answers of a stream, the oldest first. */
export async function noticedChanges(place: Place, stream: string): Promise<readonly NoticedChange[]> {
  const { forms } = await known(place, seriesOf(place, stream));
  const read = new Set(fieldsRead(stream));
  return Object.values(forms)
    .flatMap((history) => history.changes.map((one) => ({ ...one, isRead: read.has(one.path), isLoss: isLoss(one, history, read) })))
    .sort((a, b) => (a.firstAfter < b.firstAfter ? -1 : a.firstAfter > b.firstAfter ? 1 : 0));
}
