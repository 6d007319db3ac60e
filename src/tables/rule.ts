import { z } from 'zod';
import { PipelineError } from '../kernel/errors.ts';

/** How a play comes to count; `half`: half of the known length or 4 minutes. */
export const COUNTINGS = ['any', '30s', 'completed', 'half'] as const;

/** What may stand behind `track`: everything that is played by itself. */
const ITEM_URI = /^spotify:(track|episode|chapter|video):[A-Za-z0-9]+$|^spotify:local:.+$/;
const INSTANT_OR_DAY = 'a day, such as 2024-12-24, or a time in UTC, such as 2024-12-24T18:00:00Z';

const text = (expected: string): z.ZodString => z.string({ error: expected }).trim().min(1, { error: expected });
const account = text('a name of a-z, 0-9 and -').regex(/^[a-z0-9-]+$/, { error: 'a name of a-z, 0-9 and -' });
const item = text('a URI such as spotify:track:4uLU6hMCjMI75M1A2tKUQC').regex(ITEM_URI, {
  error: 'a URI such as spotify:track:4uLU6hMCjMI75M1A2tKUQC',
});
const bound = z.union([z.iso.date(), z.iso.datetime()], { error: INSTANT_OR_DAY });

const shared = { note: text('a text').optional(), created_at: z.iso.datetime({ error: 'a time in UTC, such as 2026-01-31T12:00:00Z' }) };
const whose = { account: account.optional() };

/** Two times are one after the other; a day and a time may lie in the same one. */
const isForward = (from: string, to: string): boolean =>
  from.length > 10 && to.length > 10 ? Date.parse(from) < Date.parse(to) : from.slice(0, 10) <= to.slice(0, 10);

/** A day is a whole one of the account's time zone, both ends included; a time is `from <= ended_at < to`. */
const Span = z
  .strictObject({ from: bound.optional(), to: bound.optional() }, { error: 'from and to' })
  .refine(({ from, to }) => from !== undefined || to !== undefined, { error: 'from, to or both' })
  .refine(({ from, to }) => from === undefined || to === undefined || isForward(from, to), { error: 'a from that is not after to' });

const Exclude = z
  .strictObject({
    kind: z.literal('exclude'),
    ...whose,
    track: item.optional(),
    artist: text('the name or URI of an artist').optional(),
    show: text('the name or URI of a show').optional(),
    span: Span.optional(),
    ...shared,
  })
  .refine(({ track, artist, show }) => [track, artist, show].filter((one) => one !== undefined).length <= 1, {
    error: 'one of track, artist and show',
  })
  .refine(({ track, artist, show, span }) => [track, artist, show, span].some((one) => one !== undefined), {
    error: 'what it excludes: track, artist, show or span',
  });

const Count = z.strictObject({
  kind: z.literal('count'),
  ...whose,
  counting: z.enum(COUNTINGS, { error: `one of ${COUNTINGS.join(', ')}` }),
  ...shared,
});

const NEW_NAMES = 'at least one of track_name, artist_name, album_name and show_name';

const Override = z.strictObject({
  kind: z.literal('override'),
  ...whose,
  item,
  set: z
    .strictObject(
      {
        track_name: text('a title').optional(),
        artist_name: text('a name').optional(),
        album_name: text('a title').optional(),
        show_name: text('a title').optional(),
      },
      { error: NEW_NAMES },
    )
    .refine((names) => Object.keys(names).length > 0, { error: NEW_NAMES }),
  ...shared,
});

const TRACKS = 'two or more different URIs such as spotify:track:4uLU6hMCjMI75M1A2tKUQC';
const track = text(TRACKS).regex(/^spotify:track:[A-Za-z0-9]+$/, { error: TRACKS });
const areDifferent = (uris: readonly string[]): boolean => new Set(uris).size === uris.length;

const SameRecording = z.strictObject({
  kind: z.literal('same_recording'),
  tracks: z.array(track, { error: TRACKS }).min(2, { error: TRACKS }).refine(areDifferent, { error: TRACKS }),
  ...shared,
});

const DifferentRecordings = z.strictObject({
  kind: z.literal('different_recordings'),
  tracks: z.array(track, { error: TRACKS }).length(2, { error: TRACKS }).refine(areDifferent, { error: TRACKS }),
  ...shared,
});

const KINDS = ['exclude', 'count', 'override', 'same_recording', 'different_recordings'] as const;

const RuleText = z.discriminatedUnion('kind', [Exclude, Count, Override, SameRecording, DifferentRecordings], {
  error: `a rule of kind ${KINDS.join(', ')}`,
});

/** What a person decided about how plays are read. It names account, item and time, never a play: plays get other ids as evidence comes in. */
export type RuleBody = z.infer<typeof RuleText>;
export type Rule = RuleBody & { readonly rule_id: string };

export const RULES_PREFIX = 'rules/';

export const ruleKey = (id: string): string => `${RULES_PREFIX}${id}.json`;

/** Ids are parts of keys: lower case, no longer than a person types. */
export const isRuleId = (id: string): boolean => /^[a-z0-9][a-z0-9_-]{0,79}$/.test(id);

/** The value as a rule, or what is wrong with it, on one line. */
export function readRule(value: unknown): { readonly rule: RuleBody } | { readonly fault: string } {
  const parsed = RuleText.safeParse(value);
  return parsed.success ? { rule: parsed.data } : { fault: parsed.error.issues.map(issueText).join('; ') };
}

function issueText(issue: z.core.$ZodIssue): string {
  const path = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys') return `${path === '' ? '' : `${path}: `}no key ${issue.keys.join(', ')} is known`;
  return `${path === '' ? '' : `${path}: `}expected ${issue.message}`;
}

/** Errors: `corrupt`, naming the file and what is wrong in it: a rule that is passed over would bring back what somebody wanted gone. */
export function parseRule(key: string, file: string): Rule {
  const id = key.slice(RULES_PREFIX.length, -'.json'.length);
  const read = isRuleId(id) ? readText(file) : { fault: 'its name is not of a-z, 0-9, - and _' };
  if ('rule' in read) return { ...read.rule, rule_id: id };
  throw new PipelineError(`the rule ${key} cannot be read: ${read.fault}`, {
    code: 'corrupt',
    hint: 'Correct the file, or undo the rule with `tonearm rules remove <id>`: its id is the name of the file.',
  });
}

function readText(file: string): ReturnType<typeof readRule> {
  try {
    return readRule(JSON.parse(file));
  } catch (error) {
    if (error instanceof SyntaxError) return { fault: `it is no JSON (${error.message})` };
    throw error;
  }
}

/** As a person would write it. */
export const ruleText = (rule: RuleBody): string => `${JSON.stringify(rule, null, 2)}\n`;
