import { keepPreviousData, QueryClient, type UseQueryResult, useQuery } from '@tanstack/preact-query';
import type { AboutAnswer, ReportAnswer } from '../../../src/surfaces/http/answers.ts';
import { ApiError, ask, type Params } from './api.ts';
import { type ReportName, type ReportRows, type Told, toldOf } from './report-rows.ts';

/** What cannot be reached may be there a moment later; what the server refused it will refuse again. */
const isWorthAgain = (failures: number, error: Error): boolean => failures < 2 && error instanceof ApiError && error.code === 'unreachable';

/** An answer stays good until the server says that the tables changed: the page never asks again on its own. */
export const queries = new QueryClient({
  // The server may be this very machine: it is asked also where the browser says that there is no network.
  defaultOptions: {
    queries: { staleTime: Number.POSITIVE_INFINITY, retry: isWorthAgain, refetchOnWindowFocus: false, networkMode: 'always' },
  },
});

/** While the next answer is on its way the last one stands, dimmed, so that nothing jumps. */
export function useAnswer<Answer>(path: string, params: Params, isWanted = true): UseQueryResult<Answer, Error> {
  return useQuery({
    queryKey: [path, params],
    queryFn: ({ signal }) => ask<Answer>(path, params, signal),
    placeholderData: keepPreviousData,
    enabled: isWanted,
  });
}

/** Midnight passes, and a page may be open for days. */
const TODAY_MS = 10 * 60_000;

export function useAbout(): UseQueryResult<AboutAnswer, Error> {
  return useQuery({
    queryKey: ['/api/about'],
    queryFn: ({ signal }) => ask<AboutAnswer>('/api/about', {}, signal),
    refetchInterval: TODAY_MS,
  });
}

export const reportPath = (name: string): string => `/api/reports/${name}`;

export type ReportQuery<Row> = UseQueryResult<Told<Row>, Error>;

/** A report's rows; with `isWanted` false nothing is asked. */
export function useReport<Name extends ReportName>(name: Name, params: Params, isWanted = true): ReportQuery<ReportRows[Name]> {
  return useQuery({
    queryKey: [reportPath(name), params],
    queryFn: async ({ signal }) => toldOf<ReportRows[Name]>(await ask<ReportAnswer>(reportPath(name), params, signal)),
    placeholderData: keepPreviousData,
    enabled: isWanted,
  });
}
