import { createServer, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { createVirtualClock } from '../kernel/clock.ts';
import { createNotifier, type Notice, type Notify } from './notify.ts';

const never = new AbortController().signal;
const NOTICE: Notice = {
  event: 'login_needed',
  at: '2026-03-02T12:00:00.000Z',
  account: 'ada',
  message: 'the login of ada is over',
  hint: 'Log in.',
  details: { job: 'listening' },
};

let server: Server | null = null;
afterEach(async () => {
  server?.closeAllConnections();
  server?.close();
  server = null;
});

/** A receiver that answers with these statuses, the last one for ever, and what it and the log were told. */
async function receiver(...statuses: readonly number[]) {
  const received: { readonly type: string | undefined; readonly body: string }[] = [];
  const logged: string[] = [];
  const listening = createServer(async (request, response) => {
    received.push({ type: request.headers['content-type'], body: await text(request) });
    response.writeHead(statuses[received.length - 1] ?? statuses.at(-1) ?? 500, { location: '/elsewhere' }).end();
  });
  server = listening;
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  const address = listening.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  const log = { debug: () => undefined, info: () => undefined, error: () => undefined };
  const warn = (message: string, facts?: unknown): void => void logged.push(`${message} ${JSON.stringify(facts)}`);
  const clock = createVirtualClock(new Date('2026-03-02T12:00:00Z'));
  const notifyAt = (webhook: string): Notify => createNotifier({ webhook, fetch, clock, log: { ...log, warn } });
  return { received, logged, notifyAt, notify: notifyAt(`http://127.0.0.1:${port}/hook?token=s3cret`) };
}

describe('a webhook', () => {
  it('is told in JSON', async () => {
    const { notify, received } = await receiver(204);
    expect(await notify(NOTICE, never)).toBe(true);
    expect(received).toEqual([{ type: 'application/json', body: JSON.stringify(NOTICE) }]);
  });

  it('is told again where it was not well, three times in all', async () => {
    const { notify, received } = await receiver(500, 429, 200);
    expect(await notify(NOTICE, never)).toBe(true);
    expect(received).toHaveLength(3);
    const other = await receiver(500);
    expect(await other.notify(NOTICE, never)).toBe(false);
    expect(other.received).toHaveLength(3);
  });

  it.each([404, 307])('that answers %d is not told twice', async (status) => {
    const { notify, received } = await receiver(status);
    expect(await notify(NOTICE, never)).toBe(false);
    expect(received).toHaveLength(1);
  });

  it('has an address that no line of the log names, whatever fails', async () => {
    const { notify, notifyAt, logged } = await receiver(404);
    await notify(NOTICE, never);
    expect(await notifyAt('http://127.0.0.1:1/hook?token=s3cret')(NOTICE, never)).toBe(false);
    expect(logged).toHaveLength(2);
    expect(logged.join()).not.toMatch(/s3cret|127\.0\.0\.1|hook\?/);
  });

  it('that there is none of is told nothing, and that is well', async () => {
    const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
    const clock = createVirtualClock(new Date('2026-03-02T12:00:00Z'));
    expect(await createNotifier({ webhook: null, fetch, clock, log })(NOTICE, never)).toBe(true);
  });
});
