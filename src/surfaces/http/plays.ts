import { newestPlays } from '../../pipeline/plays-newest.ts';
import type { PlayAnswer, PlaysAnswer } from './answers.ts';
import type { Desk } from './desk.ts';
import { countOf, dayOf, queryOf, type Routes, reply } from './wire.ts';

const MOST_PLAYS = 500;
/** Nobody types more. */
const MOST_SEARCHED = 200;

export function addPlays(routes: Routes, desk: Desk): void {
  routes.get('/api/plays', async (c) => {
    const { from, to, account, search, limit, before } = queryOf(c, ['from', 'to', 'account', 'search', 'limit', 'before']);
    const choice = {
      from: dayOf(from, 'from'),
      to: dayOf(to, 'to'),
      account: account ?? null,
      search: search === undefined || search.trim() === '' ? null : search.trim().slice(0, MOST_SEARCHED),
      before: before ?? null,
      limit: countOf(limit, 'limit', 50, MOST_PLAYS),
    };
    const { catalog, rules } = await desk.lake.current();
    const key = JSON.stringify(['plays', catalog.version, rules, choice]);
    const ask = async (signal: AbortSignal): Promise<PlaysAnswer> => {
      await desk.app.refuseUnknown(choice.account, signal);
      return newestPlays(desk.engine, choice, signal);
    };
    return reply(c, await desk.asking.once(key, ask, c.req.raw.signal));
  });

  routes.get('/api/plays/:playId', async (c) => {
    queryOf(c, []);
    const id = c.req.param('playId');
    const play: PlayAnswer = await desk.asking.once(`play ${id}`, (signal) => desk.app.play(id, signal), c.req.raw.signal);
    return reply(c, play, { scrub: desk.scrub });
  });
}
