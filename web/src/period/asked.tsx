import { createContext } from 'preact';
import { useContext, useMemo } from 'preact/hooks';
import { useLocation, useSearch } from 'wouter-preact';
import type { AboutAnswer } from '../../../src/surfaces/http/answers.ts';
import type { Params } from '../data/api.ts';
import { type Question, questionOf, searchOf } from './question.ts';
import { dayIn, type Span, spanBefore, spanOf } from './span.ts';

/** The question of the address, worked out: what all panels are asked. */
export interface Asked {
  /** Of the server; `today` is that of the zone asked about. */
  readonly about: AboutAnswer;
  readonly question: Question;
  readonly span: Span;
  /** Null where nothing is to be compared. */
  readonly before: Span | null;
  /** In which times are shown. */
  readonly timeZone: string;
  /** As reports take them. */
  readonly params: Params;
  /** The same of the period before; null where nothing is to be compared. */
  readonly paramsBefore: Params | null;
}

const Context = createContext<Asked | null>(null);
export const AskedProvider = Context.Provider;

export function useAsked(): Asked {
  const asked = useContext(Context);
  if (asked === null) throw new Error('useAsked is used outside of AskedProvider');
  return asked;
}

export function useQuestion(): Question {
  const search = useSearch();
  return useMemo(() => questionOf(search), [search]);
}

/** Asks something else: a new address, so that the way back leads here. What the address says beside the question stays. */
export function useAsking(): (change: Partial<Question>) => void {
  const [path, navigate] = useLocation();
  const beside = useSearch();
  return (change) => {
    const search = searchOf({ ...questionOf(beside), ...change }, beside);
    navigate(search === '' ? path : `${path}?${search}`);
  };
}

export function askedOf(question: Question, server: AboutAnswer): Asked {
  const { account, timeZone: time_zone, counting } = question;
  const own = server.accounts.find(({ name }) => name === account) ?? server.accounts[0];
  const timeZone = time_zone ?? own?.timeZone ?? 'UTC';
  const about = { ...server, today: dayIn(timeZone, server.now) };
  const span = spanOf(question.range, question.days, about.today);
  const before = question.compares ? spanBefore(span, about.today) : null;
  const whose = { account, time_zone, counting };
  return {
    about,
    question,
    span,
    before,
    timeZone,
    params: { ...span, ...whose },
    paramsBefore: before === null ? null : { ...before, ...whose },
  };
}
