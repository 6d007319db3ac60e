import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { Failed } from './state.tsx';

interface ActProps {
  /** What is done; until it is, the button waits. */
  readonly act: () => Promise<unknown>;
  readonly isMain?: boolean;
  readonly isDisabled?: boolean;
  readonly children: ComponentChildren;
}

/** A button that changes something, and says why it could not. */
export function Act({ act, isMain = false, isDisabled = false, children }: ActProps) {
  const [isActing, setActing] = useState(false);
  const [error, setError] = useState<Error | null>(null);
  const doIt = async (): Promise<void> => {
    setActing(true);
    setError(null);
    try {
      await act();
    } catch (cause) {
      setError(cause instanceof Error ? cause : new Error(String(cause)));
    } finally {
      setActing(false);
    }
  };
  return (
    <>
      <button type="button" class={isMain ? 'button button-main' : 'button'} disabled={isDisabled || isActing} onClick={() => void doIt()}>
        {children}
      </button>
      {error === null ? null : <Failed error={error} />}
    </>
  );
}
