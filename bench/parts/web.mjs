/** The dashboard: what a browser loads, what the server takes for each panel, how long pages take on a slow machine, and twenty who look at once. */
import { copyOf, lakeOf } from '../data/lakes.mjs';
import { playlistPages } from '../data/playlist-pages.mjs';
import { atMost, told } from '../measure.mjs';
import { CACHE, median, percentile, withFolder } from '../measured.mjs';
import { bundleSizes } from '../web/bundle.mjs';
import { askFor } from '../web/clients.mjs';
import { timePages } from '../web/page.mjs';
import { questionsOf, timed } from '../web/panels.mjs';
import { withServer } from '../web/server.mjs';
import { writeUntil } from './query-while-writing.mjs';

const SIZE = { plays: 1_000_000, items: 200_000 };
/** Questions of each panel and period in a round. */
const TURNS = 7;
/** Panels that are told alone. */
const SLOWEST = 5;
/** Imports at most while the clients ask, of so many pages each. */
const MOST_RUNS = 8;
const RUN_PAGES = 300;
/** Of what memory is compared: that it grew before is what an answer kept takes. */
const THIRD = 1 / 3;

export const web = {
  name: 'web',
  measure: ({ rounds }) =>
    withFolder(async (scratch) => {
      const lake = `${scratch}/lake`;
      await copyOf(await lakeOf(SIZE), lake);
      const sizes = await bundleSizes();
      const alone = await withServer(lake, async (url) => [...(await panels(url, rounds)), ...(await pages(url, rounds))]);
      return [
        atMost('loaded before anything shows, gzip', sizes.first, 'kB', 60),
        told('all pages, gzip', sizes.all, 'kB'),
        ...alone,
        ...(await withServer(lake, (url, memoryMb) => crowd(url, memoryMb, lake))),
      ];
    }),
};

/** Each question twice: nobody asked it before, and its answer is kept. */
async function panels(url, rounds) {
  for (const question of questionsOf(0)) await timed(url, question);
  const found = [];
  for (let turn = 1; turn <= rounds * TURNS; turn += 1) {
    for (const question of questionsOf(turn))
      found.push({ ...question, cold: await timed(url, question), warm: await timed(url, question) });
  }
  const p95 = (times) => percentile(times, 0.95);
  const names = [...new Set(found.map(({ panel }) => panel))];
  const byPanel = names.map((panel) => ({ panel, ms: p95(found.filter((one) => one.panel === panel).map(({ cold }) => cold)) }));
  const slowest = byPanel.toSorted((a, b) => b.ms - a.ms);
  return [
    atMost(`the slowest of ${byPanel.length} panels, 95th percentile`, slowest[0].ms, 'ms', 60),
    told('the panel in the middle, 95th percentile', median(byPanel.map(({ ms }) => ms)), 'ms'),
    ...slowest.slice(0, SLOWEST).map(({ panel, ms }) => told(panel, ms, 'ms')),
    told('an answer that is kept, 95th percentile', p95(found.map(({ warm }) => warm)), 'ms'),
  ];
}

/** The median of each page over the rounds. */
async function pages(url, rounds) {
  const found = [];
  for (let round = 0; round < rounds; round += 1) found.push(await timePages(url));
  if (found.includes(null)) return [told('pages', null, 'ms', 'there is no Chromium')];
  return Object.keys(found[0]).flatMap((name) => [
    told(`${name}, processor slowed 4 times: first contentful paint`, median(found.map((one) => one[name].paint)), 'ms'),
    told(`${name}, likewise: all panels ready`, median(found.map((one) => one[name].ready)), 'ms'),
  ]);
}

async function crowd(url, memoryMb, lake) {
  const folders = [];
  for (let at = 0; at < MOST_RUNS; at += 1) {
    folders.push(await playlistPages({ cache: CACHE, pages: RUN_PAGES, shape: 'extended', first: 2_000_000 + at * RUN_PAGES }));
  }
  let isOver = false;
  const writing = writeUntil(() => isOver, lake, folders);
  const { answers, errors, memory } = await askFor(url, memoryMb);
  isOver = true;
  const runs = await writing;
  const third = Math.floor(memory.length * THIRD);
  const growth = median(memory.slice(-third)) / median(memory.slice(third, 2 * third));
  return [
    atMost('20 clients for a minute: errors', errors.length, '', 0, errors[0] ?? `${answers.length} answers, ${runs} runs meanwhile`),
    told('an answer to them, 95th percentile', percentile(answers, 0.95), 'ms'),
    told('most memory of the server', Math.max(...memory), 'MB'),
    atMost('its memory in the last third, against the one before', growth, 'times', 1.15),
  ];
}
