import { isDay, type Range, type Span } from './span.ts';

export const RULES = ['any', '30s', 'completed', 'half'] as const;
export type Rule = (typeof RULES)[number];

/** What every panel of the page is asked: it lives in the address, so that it can be shared and gone back to. */
export interface Question {
  readonly range: Range;
  /** As written; of the range `custom` only. */
  readonly days: Span;
  /** By its name; null: all. */
  readonly account: string | null;
  /** In which days begin; null: each account's own. */
  readonly timeZone: string | null;
  /** What counts as a play; null: the account's rule. */
  readonly counting: Rule | null;
  readonly measure: 'plays' | 'hours';
  /** With the period before. */
  readonly compares: boolean;
}

export const FIRST_QUESTION: Question = {
  range: '30d',
  days: { from: null, to: null },
  account: null,
  timeZone: null,
  counting: null,
  measure: 'plays',
  compares: true,
};

const isOneOf = <const Word extends string>(words: readonly Word[], text: string | null): text is Word =>
  (words as readonly (string | null)[]).includes(text);

const dayOf = (text: string | null): string | null => (isDay(text) ? text : null);

function isTimeZone(name: string | null): name is string {
  if (name === null || name === '') return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** Reads an address's search; what it does not say, or says wrongly, is as at first: a bad link still shows a page. */
export function questionOf(search: string): Question {
  const said = new URLSearchParams(search);
  const days = { from: dayOf(said.get('from')), to: dayOf(said.get('to')) };
  const range = said.get('range');
  const [account, timeZone, counting] = [said.get('account'), said.get('time_zone'), said.get('counting')];
  const isCustom = days.from !== null || days.to !== null;
  const named = isOneOf(['7d', '30d', 'year', 'all'], range) ? range : FIRST_QUESTION.range;
  return {
    range: isCustom ? 'custom' : named,
    days,
    account: account !== null && /^[a-z0-9-]+$/.test(account) ? account : null,
    timeZone: isTimeZone(timeZone) ? timeZone : null,
    counting: isOneOf(RULES, counting) ? counting : null,
    measure: said.get('measure') === 'hours' ? 'hours' : 'plays',
    compares: said.get('compare') !== 'no',
  };
}

/**
 * The search that reads as this question, without `?`; what is as at first is left out. What `beside` says of other things stays, so that a page
 * may keep words of its own there.
 */
export function searchOf(question: Question, beside = ''): string {
  const { range, days, account, timeZone, counting, measure, compares } = question;
  const said: Readonly<Record<string, string | null>> = {
    range: range === 'custom' || range === FIRST_QUESTION.range ? null : range,
    from: range === 'custom' ? days.from : null,
    to: range === 'custom' ? days.to : null,
    account,
    time_zone: timeZone,
    counting,
    measure: measure === FIRST_QUESTION.measure ? null : measure,
    compare: compares ? null : 'no',
  };
  const search = new URLSearchParams(beside);
  for (const [name, value] of Object.entries(said)) {
    if (value === null) search.delete(name);
    else search.set(name, value);
  }
  return search.toString();
}
