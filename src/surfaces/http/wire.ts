import type { HttpBindings } from '@hono/node-server';
import type { Context, Hono } from 'hono';
import { PipelineError } from '../../kernel/errors.ts';
import type { FailureStatus, Scrub } from './failure.ts';

/** What a request comes with: nothing of Node where a test asks without a port. */
export interface Wire {
  readonly Bindings: Partial<HttpBindings>;
}
export type Routes = Hono<Wire>;
export type Asked = Context<Wire>;

/** What an answer is made of. */
export type Bytes = Uint8Array<ArrayBuffer>;

export const bytesOf = (text: string): Bytes => new Uint8Array(Buffer.from(text));

/** As JSON; whole numbers beyond 2^53 as text, since readers would round them. */
export const jsonText = (value: unknown): string =>
  JSON.stringify(value, (_, one: unknown) => (typeof one === 'bigint' ? one.toString() : one));

export function reply(
  c: Asked,
  value: unknown,
  { status = 200, scrub = (text) => text }: { readonly status?: 200 | 201 | 202 | FailureStatus; readonly scrub?: Scrub } = {},
): Response {
  return c.body(scrub(jsonText(value)), status, { 'content-type': 'application/json; charset=utf-8' });
}

/** The parameters of the address that the question takes, each once. Errors: `usage` for one that it does not take, or that comes twice. */
export function queryOf<const Name extends string>(c: Asked, names: readonly Name[]): Readonly<Partial<Record<Name, string>>> {
  const all = c.req.queries();
  for (const [name, values] of Object.entries(all)) {
    if (!names.some((known) => known === name)) {
      const hint = names.length === 0 ? 'It takes none.' : `It takes ${names.join(', ')}.`;
      throw new PipelineError(`there is no parameter ${name} here`, { code: 'usage', hint });
    }
    if (values.length > 1) throw new PipelineError(`${name} comes ${values.length} times`, { code: 'usage', hint: 'Give it once.' });
  }
  return Object.fromEntries(names.flatMap((name) => (all[name]?.[0] === undefined ? [] : [[name, all[name][0]]]))) as Partial<
    Record<Name, string>
  >;
}

/** A whole number from 1 to `most`. Errors: `usage`. */
export function countOf(text: string | undefined, name: string, standard: number, most: number): number {
  if (text === undefined) return standard;
  const count = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (count >= 1 && count <= most) return count;
  throw new PipelineError(`${name} is ${JSON.stringify(text)}`, { code: 'usage', hint: `It takes a whole number, 1 to ${most}.` });
}
