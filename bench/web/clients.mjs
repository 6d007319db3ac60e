/** Many who look at the dashboard at once. */
import { questionsOf, timed } from './panels.mjs';

const CLIENTS = 20;
const LASTS_MS = 60_000;
/** Somebody looks at what is shown before the next question. */
const LOOKS_MS = 250;
const SAMPLE_MS = 1_000;
/** Periods that all of them ask: so most answers are known, as they are where several look at one page. */
const PERIODS = 40;

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Twenty clients for a minute, each with an open stream of events. `memoryMb` is the server's at each second. */
export async function askFor(url, memoryMb) {
  const ends = performance.now() + LASTS_MS;
  const answers = [];
  const errors = [];
  const memory = [];
  const streams = new AbortController();
  const client = async (at) => {
    const events = fetch(`${url}/api/events`, { signal: streams.signal }).catch((error) => errors.push(`events: ${error}`));
    for (let turn = 0; performance.now() < ends; turn += 1) {
      const questions = questionsOf(10_000 + ((at + turn) % PERIODS));
      await timed(url, questions[(at * 7 + turn) % questions.length]).then(
        (ms) => answers.push(ms),
        (error) => errors.push(String(error)),
      );
      await pause(LOOKS_MS);
    }
    return events;
  };
  const watch = async () => {
    while (performance.now() < ends) {
      memory.push(await memoryMb());
      await pause(SAMPLE_MS);
    }
  };
  await Promise.all([watch(), ...Array.from({ length: CLIENTS }, (_, at) => client(at))]);
  streams.abort();
  return { answers, errors, memory };
}
