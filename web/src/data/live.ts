import { type Signal, signal } from '@preact/signals';
import type { LiveEvents, PipelineAnswer, RunLive } from '../../../src/surfaces/http/answers.ts';
import { ask } from './api.ts';
import { queries } from './queries.ts';

/** What the server is doing, or did last; null: nothing that it knows of. */
export const run: Signal<RunLive | null> = signal(null);

/** False while the server cannot be heard: what is shown may be old. */
export const isHeard: Signal<boolean> = signal(true);

/** A server that was restarted is heard again within seconds: only a longer silence is worth a word. */
const SILENCE_MS = 4_000;

/**
 * Listens for as long as the page is open and in sight: browsers allow six connections to a server of HTTP/1.1, in all their windows together, and a
 * page that listens holds one.
 */
export function listen(): () => void {
  let stop: (() => void) | null = document.hidden ? null : connect();
  const look = (): void => {
    if (document.hidden) {
      stop?.();
      stop = null;
    } else if (stop === null) {
      stop = connect();
      void askAllAgain();
    }
  };
  document.addEventListener('visibilitychange', look);
  return () => {
    document.removeEventListener('visibilitychange', look);
    stop?.();
  };
}

/** The browser connects again by itself, and says what it heard last. */
function connect(): () => void {
  const events = new EventSource('/api/events');
  let silence: ReturnType<typeof setTimeout> | undefined;
  const on = <Name extends keyof LiveEvents>(name: Name, act: (data: LiveEvents[Name]) => void): void =>
    events.addEventListener(name, (event) => act(JSON.parse((event as MessageEvent<string>).data) as LiveEvents[Name]));
  events.onopen = () => {
    clearTimeout(silence);
    silence = undefined;
    if (!isHeard.value) void askAllAgain();
    isHeard.value = true;
  };
  events.onerror = () => {
    silence ??= setTimeout(() => {
      isHeard.value = false;
    }, SILENCE_MS);
    // A refusal is for good: the browser does not connect again by itself.
    if (events.readyState === EventSource.CLOSED) isHeard.value = false;
  };
  on('run', (now) => {
    run.value = now;
  });
  on('catalog', () => void queries.invalidateQueries());
  on('reset', () => void askAllAgain());
  return () => {
    clearTimeout(silence);
    events.close();
  };
}

/** After a silence in which anything may have happened. The server answers what is the same from its memory. */
async function askAllAgain(): Promise<void> {
  void queries.invalidateQueries();
  if (run.value?.state !== 'running') return;
  const now = await ask<PipelineAnswer>('/api/pipeline', {}, new AbortController().signal).catch(() => null);
  if (now !== null) run.value = now.run;
}
