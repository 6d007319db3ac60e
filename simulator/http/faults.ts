import { z } from 'zod';
import type { Clock } from '../../src/kernel/clock.ts';
import { jsonResponse, refusal } from './refusal.ts';

const target = {
  /** Beginning of the path, with or without `/v1`. */
  match: z.string().startsWith('/'),
  /** How many requests it hits; null: all of them. */
  times: z.int().positive().nullable().default(1),
  /** How many matching requests pass first. */
  after: z.int().nonnegative().default(0),
};

/** One thing that goes wrong on purpose. */
export const faultRule = z.discriminatedUnion('kind', [
  z.strictObject({ ...target, kind: z.literal('rate_limit'), retryAfterSeconds: z.int().nonnegative().nullable().default(1) }),
  z.strictObject({ ...target, kind: z.literal('quota') }),
  z.strictObject({
    ...target,
    kind: z.literal('server_error'),
    status: z.union([z.literal(500), z.literal(502), z.literal(503)]).default(503),
  }),
  /** The virtual clock moves by `ms` before the answer. */
  z.strictObject({ ...target, kind: z.literal('slow'), ms: z.int().positive() }),
  /** The connection ends in the middle of the body. */
  z.strictObject({ ...target, kind: z.literal('cut_off') }),
  /** 401 although the token is good (seen in July 2026). */
  z.strictObject({ ...target, kind: z.literal('unauthorized') }),
  /** An error whose body is plain text, as for an app whose owner has no Premium. */
  z.strictObject({ ...target, kind: z.literal('plain_text'), status: z.int().min(200).max(599).default(403) }),
  z.strictObject({ ...target, kind: z.literal('removed') }),
  /** A field is missing, at any depth. */
  z.strictObject({ ...target, kind: z.literal('field_gone'), field: z.string() }),
]);

export type FaultRule = z.infer<typeof faultRule>;
export type FaultInput = z.input<typeof faultRule>;

export interface Faults {
  /** Replaces all rules. Throws a ZodError for one that is none. */
  set(rules: readonly FaultInput[]): void;
  add(rule: FaultInput): void;
  /** The rules with what is left of their `times`. */
  rules(): readonly FaultRule[];
  /** The first rule that hits this path now; counts it as used. */
  take(path: string): FaultRule | null;
}

export function createFaults(): Faults {
  let rules: FaultRule[] = [];
  const matches = (rule: FaultRule, path: string): boolean =>
    path.startsWith(rule.match) || path.replace(/^\/v1/, '').startsWith(rule.match);
  return {
    set: (next) => {
      rules = next.map((rule) => faultRule.parse(rule));
    },
    add: (rule) => {
      rules.push(faultRule.parse(rule));
    },
    rules: () => structuredClone(rules),
    take: (path) => {
      const hit = rules.find((rule) => matches(rule, path) && rule.times !== 0);
      if (hit === undefined) return null;
      if (hit.after > 0) {
        hit.after -= 1;
        return null;
      }
      if (hit.times !== null) hit.times -= 1;
      return hit;
    },
  };
}

/** What the client gets under a rule; `answer` is asked only by rules that spoil a real answer. */
export async function spoiled(rule: FaultRule, clock: Clock, answer: () => Promise<Response>): Promise<Response> {
  switch (rule.kind) {
    case 'rate_limit': {
      const headers = rule.retryAfterSeconds === null ? undefined : { 'retry-after': String(rule.retryAfterSeconds) };
      return jsonResponse({ error: { status: 429, message: 'API rate limit exceeded' } }, 429, headers);
    }
    case 'quota':
      return refusal(429, 'Too many requests', 'QUOTA_EXCEEDED').getResponse();
    case 'server_error':
      return refusal(rule.status, 'Server error.').getResponse();
    case 'unauthorized':
      return refusal(401, 'Access token missing').getResponse();
    case 'plain_text':
      return new Response('Active premium subscription required for the owner of the app.', {
        status: rule.status,
        headers: { 'content-type': 'text/plain; charset=utf-8' },
      });
    case 'removed':
      return refusal(403, 'Forbidden').getResponse();
    case 'slow':
      await clock.sleep(rule.ms, new AbortController().signal);
      return answer();
    case 'cut_off':
      return cutOff(await answer());
    case 'field_gone':
      return without(await answer(), rule.field);
  }
}

/** Half of the body, then a broken stream. */
async function cutOff(response: Response): Promise<Response> {
  const bytes = new Uint8Array(await response.arrayBuffer());
  let isSent = false;
  const stream = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      if (isSent) return controller.error(new TypeError('cut off on purpose'));
      isSent = true;
      controller.enqueue(bytes.subarray(0, Math.ceil(bytes.length / 2)));
    },
  });
  return new Response(stream, { status: response.status, headers: response.headers });
}

async function without(response: Response, field: string): Promise<Response> {
  if (!response.ok || response.status === 204) return response;
  const prune = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(prune);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .filter(([name]) => name !== field)
        .map(([name, inner]) => [name, prune(inner)]),
    );
  };
  return jsonResponse(prune(await response.json()), response.status);
}
