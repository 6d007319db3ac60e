import type { ComponentChildren } from 'preact';
import { ApiError } from '../data/api.ts';

/** Holds the place of what is on its way, so that nothing moves when it comes. */
export const Waiting = ({ height, what }: { readonly height: number; readonly what: string }) => (
  <div class="waiting" style={{ minBlockSize: `${height}rem` }}>
    <span class="unseen">{what} is on its way</span>
  </div>
);

export const Empty = ({ children }: { readonly children: ComponentChildren }) => (
  <p class="empty">
    <svg viewBox="0 0 48 48" aria-hidden="true">
      <circle cx="24" cy="24" r="22" />
      <circle cx="24" cy="24" r="15" />
      <circle cx="24" cy="24" r="8" />
      <circle cx="24" cy="24" r="1.5" />
    </svg>
    <span>{children}</span>
  </p>
);

/** What failed, what to do, and a way to try it again. */
export function Failed({ error, onAgain }: { readonly error: Error; readonly onAgain?: () => void }) {
  const hint = error instanceof ApiError ? error.hint : null;
  return (
    <div class="failed" role="alert">
      <p>
        <strong>{error.message}.</strong> {hint}
      </p>
      {onAgain === undefined ? null : (
        <button type="button" class="button" onClick={onAgain}>
          Try again
        </button>
      )}
    </div>
  );
}
