import { describe, expect, it } from 'vitest';
import { createMovableClock, createSystemClock } from '../../kernel/clock.ts';
import { createEvents } from './events.ts';

const clock = createMovableClock(createSystemClock());
const events = () => createEvents({ clock, onListen: () => undefined, now: () => null });
const tables = (version: number) => ({ version, tables: [] });

/** Names and ids of what a page hears until it is told to go. */
async function heard(stream: ReadableStream<Uint8Array> | null): Promise<readonly string[]> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream ?? []) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString();
  return [...text.matchAll(/^id: (\d+)\nevent: (\w+)\ndata: (.*)$/gm)].map(([, , name, data]) => `${name} ${data}`);
}

/** Of the one with which every page is greeted. */
async function idOfPing(stream: ReadableStream<Uint8Array> | null): Promise<string> {
  let text = '';
  for await (const chunk of stream ?? []) {
    text += Buffer.from(chunk).toString();
    const [, id] = /^id: (\d+)\nevent: ping$/m.exec(text) ?? [];
    if (id !== undefined) return id;
  }
  return '';
}

describe('events', () => {
  it('reach every page that listens, and one that comes back hears what it missed', async () => {
    const { send, listen, close } = events();
    const page = listen(null, new AbortController().signal);
    const last = await idOfPing(listen(null, new AbortController().signal));
    send('catalog', tables(1));
    send('catalog', tables(2));
    const back = listen(last, new AbortController().signal);
    close();
    const missed = ['catalog {"version":1,"tables":[]}', 'catalog {"version":2,"tables":[]}'];
    expect(await heard(page)).toEqual(['ping {}', ...missed]);
    expect(await heard(back)).toEqual([...missed, 'ping {}']);
    expect(listen(null, new AbortController().signal)).toBeNull();
  });

  it.each(['0', '99999999999999999', 'x', '-1', ''])('of which nobody knows any more are told as a reset: %s', async (last) => {
    const { send, listen, close } = events();
    send('catalog', tables(1));
    const page = listen(last, new AbortController().signal);
    close();
    expect(await heard(page)).toEqual(['reset {}', 'ping {}']);
  });

  it('are kept up to a bound, and what fell out of it is a reset', async () => {
    const { send, listen, close } = events();
    const start = String(clock.now().getTime() * 1000 + 1_000_000);
    for (let version = 1; version <= 600; version += 1) send('catalog', tables(version));
    const [recent, old] = [listen(null, new AbortController().signal), listen(start, new AbortController().signal)];
    close();
    expect((await heard(old))[0]).toBe('reset {}');
    expect(await heard(recent)).toEqual(['ping {}']);
  });

  it('cut off a page that does not listen, and no other', async () => {
    const { send, listen, listeners, close } = events();
    const slow = listen(null, new AbortController().signal);
    const run = { tables: Array.from({ length: 5_000 }, (_, at) => `a table of a long name ${at}`), version: 1 };
    for (let sent = 0; sent < 20; sent += 1) send('catalog', run);
    expect(listeners()).toBe(0);
    expect((await heard(slow)).length).toBeLessThan(15);
    close();
  });

  it('end for a page that went away', async () => {
    const { listen, listeners, close } = events();
    const gone = new AbortController();
    const page = listen(null, gone.signal);
    expect(listeners()).toBe(1);
    gone.abort();
    expect(listeners()).toBe(0);
    expect(await heard(page)).toEqual(['ping {}']);
    close();
  });
});
