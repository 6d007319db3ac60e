/** Starts work that goes on by itself, unless it is at it already; `ended` waits for it. */
export interface Singly {
  start(): void;
  ended(): Promise<void>;
}

/** `work` throws nothing but bugs. */
export function createSingly(work: () => Promise<void>): Singly {
  let going: Promise<void> | null = null;
  return {
    start: () => {
      going ??= work().finally(() => {
        going = null;
      });
    },
    ended: async () => {
      await going;
    },
  };
}
