import type { ObjectStore } from '../landing/object-store.ts';
import type { RawLine, RawObject } from '../landing/raw.ts';
import { readRawLines, readRawText } from '../landing/raw-reader.ts';
import { recognise } from '../source/recognise.ts';

/** What one look at "recently played" showed, as a body that stands by itself. */
export interface PolledBody {
  /** Null for what nothing dates. */
  readonly observedAt: Date | null;
  /** One JSON document. */
  readonly body: Buffer;
}

/** The address that says what a body is where it does not say so itself. */
const ADDRESS = 'https://api.spotify.com/v1/me/player/recently-played';

/** JSON text of an answer with plays in it. */
interface Answer {
  /** Of the first answer of the look. */
  readonly lookAt: string;
  /** Null for an answer that is a look of its own. */
  readonly look: string | null;
  readonly text: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** The body as it was received: nothing is read and written again, so that nothing is rounded. A line holds these words once each. */
const bodyText = (line: string): string => line.slice(line.indexOf(',"body":') + ',"body":'.length, line.lastIndexOf(',"body_sha256":"'));

function answerOf(line: string): Answer | null {
  const { status, walk, observed_at: observedAt, body } = JSON.parse(line) as RawLine;
  if (status < 200 || status > 299 || typeof body !== 'object' || body === null || Array.isArray(body)) return null;
  const items: unknown = 'items' in body ? body.items : null;
  if (!Array.isArray(items) || items.length === 0) return null;
  const lookAt = walk?.started_at ?? observedAt;
  return { lookAt, look: walk === undefined ? null : lookAt, text: bodyText(line), body: { ...body } };
}

/** One answer keeps its text; several are put together, since each file is a look of its own once it is imported. */
function joined(answers: readonly [Answer, ...Answer[]]): PolledBody {
  const [first, ...others] = answers;
  const isKnown = recognise(first.body, {}).kind === 'stream';
  const head = { observed_at: first.lookAt, ...(isKnown ? {} : { href: ADDRESS }) };
  const observedAt = new Date(first.lookAt);
  if (others.length === 0) {
    const own = first.text.trim().slice(1).trimStart();
    return { observedAt, body: Buffer.from(`${JSON.stringify(head).slice(0, -1)},${own}`) };
  }
  const items = answers.flatMap(({ body }) => (Array.isArray(body.items) ? body.items : []));
  return { observedAt, body: Buffer.from(JSON.stringify({ ...head, ...first.body, items })) };
}

async function* fromPages(store: ObjectStore, key: string): AsyncGenerator<PolledBody> {
  let open: [Answer, ...Answer[]] | null = null;
  for await (const { text } of readRawLines(store, key)) {
    const answer = answerOf(text);
    if (answer === null) continue;
    if (open !== null && answer.look !== null && open[0].look === answer.look) {
      open.push(answer);
      continue;
    }
    if (open !== null) yield joined(open);
    open = [answer];
  }
  if (open !== null) yield joined(open);
}

async function fromFile(store: ObjectStore, { key, observedAt }: RawObject): Promise<PolledBody> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of readRawText(store, key)) chunks.push(chunk);
  return { observedAt, body: Buffer.concat(chunks) };
}

/**
 * The looks at "recently played" that a raw object holds. One that was a file stays as it is; one of answers has the time of its first answer,
 * also in the body as `observed_at`. Answers without plays (empty ones, errors, what is no JSON) are left out: no table of plays, polls or
 * coverage knows them.
 */
export async function* polledBodies(store: ObjectStore, raw: RawObject): AsyncGenerator<PolledBody> {
  if (raw.format === 'pages') yield* fromPages(store, raw.key);
  else yield await fromFile(store, raw);
}
