/** What the pages of the dashboard ask, and answers to it over HTTP. */

/** By the report, with what its panel asks beside the period. */
const PANELS = [
  ['listening-totals'],
  ['plays-per-day'],
  ['listening-clock'],
  ['top-tracks', { limit: 10 }],
  ['top-artists', { limit: 10 }],
  ['top-albums', { limit: 10 }],
  ['recent-plays', { limit: 50 }],
  ['recent-plays', { limit: 50, search: 'river' }],
  ['sessions'],
  ['streaks'],
  ['on-this-day'],
  ['coverage'],
  ['runs'],
];

const DAY_MS = 24 * 60 * 60 * 1000;
const dayAfter = (day, days) => new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10);

/** Periods that no one asked for before, `at` being a number that no one gave before: a year, and all time up to a day that is still to come. */
const periodsOf = (at) => ({
  'a year': { from: dayAfter('2020-03-01', at), to: dayAfter('2021-02-28', at) },
  'all time': { to: dayAfter('2080-01-01', at) },
});

/** The questions of a round: each panel, of both periods; freshness has none. */
export function questionsOf(at) {
  const dated = Object.entries(periodsOf(at)).flatMap(([span, period]) =>
    PANELS.map(([report, own = {}]) => ({
      panel: `${report}${own.search === undefined ? '' : ' searched'}, ${span}`,
      report,
      params: { ...own, ...period },
    })),
  );
  // Another threshold is another question.
  return [...dated, { panel: 'freshness', report: 'freshness', params: { threshold_hours: at + 1 } }];
}

/** Milliseconds from asking to the last byte. Errors: whatever is no answer. */
export async function timed(url, { report, params }) {
  const started = performance.now();
  const answer = await fetch(`${url}/api/reports/${report}?${new URLSearchParams(params)}`);
  await answer.arrayBuffer();
  if (answer.status !== 200) throw new Error(`${report} answered ${answer.status}`);
  return performance.now() - started;
}
