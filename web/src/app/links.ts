import { useSearch } from 'wouter-preact';
import { questionOf, searchOf } from '../period/question.ts';

export const PAGES = [
  { path: '/', title: 'Overview' },
  { path: '/history', title: 'History' },
  { path: '/pipeline', title: 'Pipeline' },
  { path: '/import', title: 'Import' },
] as const;

/** Another page, asked the same question. */
export function usePageLink(path: string): string {
  const search = searchOf(questionOf(useSearch()));
  return search === '' ? path : `${path}?${search}`;
}
