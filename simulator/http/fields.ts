import { refusal } from './refusal.ts';

/** What `fields=` asks for: names, each with what is wanted below it (empty: all of it). */
interface Wanted {
  readonly [name: string]: Wanted;
}

/** Parses `name,items(total,items.item.id)`. Refuses (400) unbalanced parentheses. `!` (exclusion) is not known. */
function parseFields(text: string): Wanted {
  let at = 0;
  const list = (): Wanted => {
    const wanted: Record<string, Wanted> = {};
    while (at < text.length && text[at] !== ')') {
      const name = /^[a-z_0-9]*/.exec(text.slice(at))?.[0] ?? '';
      at += name.length;
      if (name === '') throw refusal(400, 'Invalid fields');
      wanted[name] = below();
      if (text[at] === ',') at += 1;
    }
    return wanted;
  };
  const below = (): Wanted => {
    if (text[at] === '.') {
      at += 1;
      const name = /^[a-z_0-9]*/.exec(text.slice(at))?.[0] ?? '';
      at += name.length;
      return { [name]: below() };
    }
    if (text[at] !== '(') return {};
    at += 1;
    const inner = list();
    if (text[at] !== ')') throw refusal(400, 'Invalid fields');
    at += 1;
    return inner;
  };
  const wanted = list();
  if (at < text.length) throw refusal(400, 'Invalid fields');
  return wanted;
}

/** The part of a body that the request's `fields` asks for; the body itself where it asks for nothing. */
export function filtered(url: URL, body: unknown): unknown {
  const text = url.searchParams.get('fields');
  return text === null || text === '' ? body : prune(body, parseFields(text));
}

function prune(value: unknown, wanted: Wanted): unknown {
  const names = Object.keys(wanted);
  if (names.length === 0 || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => prune(item, wanted));
  const source = value as Record<string, unknown>;
  return Object.fromEntries(names.filter((name) => name in source).map((name) => [name, prune(source[name], wanted[name] ?? {})]));
}
