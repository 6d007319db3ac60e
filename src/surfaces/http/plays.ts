import type { PlayAnswer } from './answers.ts';
import type { Desk } from './desk.ts';
import { queryOf, type Routes, reply } from './wire.ts';

/** Plays are listed by the report recent-plays; here is what one of them is made of. */
export function addPlays(routes: Routes, { app, asking, scrub }: Desk): void {
  routes.get('/api/plays/:playId', async (c) => {
    queryOf(c, []);
    const id = c.req.param('playId');
    const play: PlayAnswer = await asking.once(`play ${id}`, (signal) => app.play(id, signal), c.req.raw.signal);
    return reply(c, play, { scrub });
  });
}
