import type { RunLive } from '../../../src/surfaces/http/answers.ts';
import { send } from '../data/api.ts';
import { run } from '../data/live.ts';
import { Act } from '../panels/act.tsx';
import { PlainPanel } from '../panels/plain-panel.tsx';
import { Summary } from '../panels/sum.tsx';
import { useAsked } from '../period/asked.tsx';
import { bytes, counted, instant, number, timeOfDay } from '../words/format.ts';

/** What the server does now, or did last, and a way to start and to stop it. */
export function LiveRun() {
  const live = run.value;
  const isRunning = live?.state === 'running';
  return (
    <PlainPanel title={isRunning ? 'Now' : 'Last, by this server'}>
      {live === null ? <p class="quiet">Nothing since it was started. A run reads what is new at Spotify.</p> : <Live live={live} />}
      <p class="acts">
        {isRunning ? (
          <Act act={() => send('DELETE', '/api/runs/current')} isDisabled={live.verb === 'schedule'}>
            Cancel
          </Act>
        ) : (
          <Act act={() => send('POST', '/api/runs')} isMain>
            Start a run
          </Act>
        )}
      </p>
    </PlainPanel>
  );
}

/** Its steps as they go on, and what it came to. */
export function Live({ live }: { readonly live: RunLive }) {
  const { timeZone } = useAsked();
  const { verb, isDryRun, startedAt, state, steps, waiting, summary, error } = live;
  return (
    <div class="live" data-state={state}>
      <p>
        <b>
          {verb}
          {isDryRun ? ', tried out' : ''}: {state}
        </b>{' '}
        <span class="quiet">began {instant(startedAt, timeZone)}</span>
      </p>
      {waiting === null || state !== 'running' ? null : (
        <p class="live-waiting">
          Waits until {timeOfDay(waiting.until, timeZone)} or longer. {waiting.why}
        </p>
      )}
      {state === 'running' ? <Steps steps={steps} /> : null}
      {error === null ? null : (
        <p class="summary-odd">
          <b>{error.message}.</b> {error.hint}
        </p>
      )}
      {summary === null ? null : <Summary of={summary} />}
    </div>
  );
}

/** Such as `1 request`, `3 of 12 files`, `4 MB of 10 MB`. */
function amount(done: number, total: number | null, unit: RunLive['steps'][number]['unit']): string {
  if (unit === 'bytes') return total === null ? bytes(done) : `${bytes(done)} of ${bytes(total)}`;
  return total === null ? counted(done, unit.slice(0, -1)) : `${number(done)} of ${number(total)} ${unit}`;
}

function Steps({ steps }: { readonly steps: RunLive['steps'] }) {
  return (
    <ol class="steps-list">
      {steps.map(({ step, account, done, total, unit }) => {
        const name = `${account === null ? '' : `${account}: `}${step.replaceAll('_', ' ')}`;
        return (
          <li key={name}>
            <span>{name}</span>
            <progress aria-label={name} {...(total === null ? {} : { max: Math.max(1, total), value: done })} />
            <span class="quiet">{amount(done, total, unit)}</span>
          </li>
        );
      })}
    </ol>
  );
}
