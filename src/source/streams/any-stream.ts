import type { AnyStream, Stream } from '../types.ts';
import { guarded } from './availability.ts';

/** The stream without its state's type, guarded against being closed to this app. */
export function guardedStream<S>(of: Stream<S>): AnyStream {
  const stream = guarded(of);
  const read = (state: unknown): typeof stream.initial => {
    const parsed = stream.state.safeParse(state);
    return parsed.success ? parsed.data : stream.initial;
  };
  return {
    name: stream.name,
    scopes: stream.scopes,
    state: stream.state,
    initial: stream.initial,
    estimate: (state, known, now) => stream.estimate(read(state), known, now),
    pages: (state, api, known) => stream.pages(read(state), api, known),
    notices: (before, after) => stream.notices(read(before), read(after)),
  };
}
