import { signal } from '@preact/signals';

const said = signal('');

/** Tells what was done to those who do not see it. The same words twice are told twice. */
export function announce(words: string): void {
  said.value = said.value === words ? `${words}\u00a0` : words;
}

export const Announcement = () => (
  <p class="unseen" role="status" aria-live="polite">
    {said}
  </p>
);
