import type { Clock } from '../../kernel/clock.ts';
import type { LiveEvents } from './answers.ts';
import { createSingly } from './singly.ts';

/** What happens, told to every page that listens, and again to one that was away for a moment. */
export interface Events {
  send<Name extends 'run' | 'catalog'>(name: Name, data: LiveEvents[Name]): void;
  /** A stream of server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html) until `signal` fires; null: too many listen. */
  listen(lastId: string | null, signal: AbortSignal): ReadableStream<Uint8Array> | null;
  /** Resolves once there is somebody, or once it is over. */
  listeners(): number;
  close(): void;
}

export interface EventsOptions {
  readonly clock: Clock;
  /** Told whenever one begins to listen. */
  readonly onListen: () => void;
  /** What a page that has heard nothing yet, or too little, is told first; null: nothing. */
  readonly now: () => LiveEvents['run'] | null;
}

const PING_MS = 15_000;
/** Events that are kept for pages that come back; a page that was away longer reads all anew. */
const KEPT_EVENTS = 500;
const KEPT_BYTES = 4 * 1024 * 1024;
/** What may wait for one page: a phone that fell asleep is cut off, and comes back by itself. */
const WAITING_BYTES = 1024 * 1024;
const MOST_LISTENERS = 100;
/** After which a page tries again. */
const RETRY_MS = 2_000;

interface Kept {
  readonly id: number;
  readonly text: Uint8Array;
}

const encoder = new TextEncoder();
const textOf = (name: string, id: number, data: unknown): Uint8Array =>
  encoder.encode(`id: ${id}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`);

/** Ids ascend, also over a restart: they begin with the time. */
export function createEvents({ clock, onListen, now }: EventsOptions): Events {
  const kept: Kept[] = [];
  const pages = new Map<symbol, { readonly push: (text: Uint8Array) => void; readonly end: () => void }>();
  let lastId = clock.now().getTime() * 1_000;
  let firstKnown = lastId;
  let bytes = 0;
  const over = new AbortController();

  function keep(one: Kept): void {
    kept.push(one);
    bytes += one.text.byteLength;
    while (kept.length > KEPT_EVENTS || (bytes > KEPT_BYTES && kept.length > 1)) {
      const gone = kept.shift();
      if (gone === undefined) return;
      bytes -= gone.text.byteLength;
      firstKnown = gone.id;
    }
  }

  /** What a page missed; null where that is not known any more. */
  function missed(after: string): readonly Uint8Array[] | null {
    const id = /^\d{1,16}$/.test(after) ? Number(after) : Number.NaN;
    if (Number.isNaN(id) || id < firstKnown || id > lastId) return null;
    return kept.filter((one) => one.id > id).map(({ text }) => text);
  }

  function greeting(after: string | null): readonly Uint8Array[] {
    const known = after === null ? null : missed(after);
    if (known !== null) return known;
    const run = now();
    return [...(after === null ? [] : [textOf('reset', lastId, {})]), ...(run === null ? [] : [textOf('run', lastId, run)])];
  }

  const pinging = createSingly(async () => {
    while (pages.size > 0 && !over.signal.aborted) {
      await clock.sleep(PING_MS, over.signal).catch((error: unknown) => {
        if (!over.signal.aborted) throw error;
      });
      for (const { push } of [...pages.values()]) push(textOf('ping', lastId, {}));
    }
  });

  function listen(after: string | null, signal: AbortSignal): ReadableStream<Uint8Array> | null {
    if (pages.size >= MOST_LISTENERS || over.signal.aborted || signal.aborted) return null;
    const page = Symbol('page');
    let leave: () => void = () => undefined;
    return new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          leave = () => {
            signal.removeEventListener('abort', end);
            pages.delete(page);
          };
          const end = (): void => {
            leave();
            controller.close();
          };
          const push = (text: Uint8Array): void => {
            if ((controller.desiredSize ?? 0) < -WAITING_BYTES) end();
            else controller.enqueue(text);
          };
          signal.addEventListener('abort', end, { once: true });
          pages.set(page, { push, end });
          push(encoder.encode(`retry: ${RETRY_MS}\n\n`));
          for (const text of greeting(after)) push(text);
          push(textOf('ping', lastId, {}));
          pinging.start();
          onListen();
        },
        cancel: () => leave(),
      },
      new ByteLengthQueuingStrategy({ highWaterMark: 64 * 1024 }),
    );
  }

  return {
    send: (name, data) => {
      lastId += 1;
      const text = textOf(name, lastId, data);
      keep({ id: lastId, text });
      for (const { push } of [...pages.values()]) push(text);
    },
    listen,
    listeners: () => pages.size,
    close: () => {
      over.abort();
      for (const { end } of [...pages.values()]) end();
    },
  };
}
