import type { ErrorAnswer } from '../../../src/surfaces/http/answers.ts';

type Code = ErrorAnswer['error']['code'];

/** What the server said instead of an answer; `unreachable` where it said nothing. */
export class ApiError extends Error {
  readonly code: Code | 'unreachable';
  readonly hint: string | null;
  readonly status: number;

  constructor(said: { readonly code: Code | 'unreachable'; readonly message: string; readonly hint: string | null }, status: number) {
    super(said.message);
    this.name = 'ApiError';
    this.code = said.code;
    this.hint = said.hint;
    this.status = status;
  }
}

export type Params = Readonly<Record<string, string | number | null>>;

/** The address of an answer; parameters that are null are left out, so that equal questions have one address. */
export function addressOf(path: string, params: Params = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) if (value !== null) search.set(name, String(value));
  return search.size === 0 ? path : `${path}?${search}`;
}

export async function ask<Answer>(path: string, params: Params, signal: AbortSignal): Promise<Answer> {
  const answer = await reached(addressOf(path, params), { signal });
  return (await answer.json()) as Answer;
}

export async function askText(path: string, params: Params): Promise<string> {
  return (await reached(addressOf(path, params), {})).text();
}

/** Sends what changes something. The body is never one that a form of another site could send. */
export async function send<Answer>(method: 'POST' | 'DELETE', path: string, body: object = {}): Promise<Answer | null> {
  const answer = await reached(path, { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  const text = await answer.text();
  return text === '' ? null : (JSON.parse(text) as Answer);
}

async function reached(address: string, init: RequestInit): Promise<Response> {
  let answer: Response;
  try {
    answer = await fetch(address, init);
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw unreachable();
  }
  if (answer.ok) return answer;
  if (answer.status === 401) location.assign('/login');
  throw await refusal(answer);
}

export const unreachable = (): ApiError =>
  new ApiError({ code: 'unreachable', message: 'The server does not answer', hint: 'Start it again with `tonearm serve`.' }, 0);

/** Something between the page and the server may answer with a page of its own. */
async function refusal(answer: Response): Promise<ApiError> {
  try {
    return new ApiError(((await answer.json()) as ErrorAnswer).error, answer.status);
  } catch (error) {
    const hint = error instanceof Error ? error.message : null;
    return new ApiError({ code: 'upstream', message: `The server answered ${answer.status}`, hint }, answer.status);
  }
}
