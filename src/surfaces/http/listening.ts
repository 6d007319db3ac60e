import type { Desk } from './desk.ts';
import { RequestFailure } from './failure.ts';
import type { Routes } from './wire.ts';

export function addEvents(routes: Routes, { events }: Desk): void {
  routes.get('/api/events', (c) => {
    const stream = events.listen(c.req.header('last-event-id') ?? null, c.req.raw.signal);
    if (stream === null) throw new RequestFailure(503, 'limit_exceeded', 'too many pages listen', 'Close some of them.');
    const headers = {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
    };
    return c.body(stream as ReadableStream<Uint8Array<ArrayBuffer>>, 200, headers);
  });
}
