import { PipelineError } from '../../kernel/errors.ts';
import { coversOf } from '../../pipeline/covers.ts';
import type { CoversAnswer } from './answers.ts';
import type { Desk } from './desk.ts';
import { bytesOf, jsonText, queryOf, type Routes } from './wire.ts';

/** More than any list of the page shows. */
const MOST_ITEMS = 100;
const ITEM = /^(album|artist|track)\/[A-Za-z0-9]{1,64}$/;

/** Addresses of pictures at Spotify's; none where the settings do not let the page ask there. */
export function addCovers(routes: Routes, desk: Desk): void {
  const isAllowed = desk.app.config.dashboard?.covers ?? false;

  routes.get('/api/covers', async (c) => {
    const { items = '' } = queryOf(c, ['items']);
    const sought = items.split(',').filter((item) => item !== '');
    if (sought.length > MOST_ITEMS || !sought.every((item) => ITEM.test(item))) {
      throw new PipelineError(`items is not what it may be`, {
        code: 'usage',
        hint: `album/<id>, artist/<id> or track/<id>, ${MOST_ITEMS} at most.`,
      });
    }
    const { catalog } = await desk.lake.current();
    const ask = async (signal: AbortSignal) => {
      const covers: CoversAnswer = isAllowed && sought.length > 0 ? await coversOf(desk.engine, sought, signal) : {};
      return bytesOf(jsonText(covers));
    };
    const bytes = await desk.asking.answer(`covers ${catalog.version} ${sought.join()}`, ask, c.req.raw.signal);
    return c.body(bytes, 200, { 'content-type': 'application/json; charset=utf-8' });
  });
}
