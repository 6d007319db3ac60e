import type { Clock } from '../../kernel/clock.ts';

/** Counts failures, and says who must wait. */
export interface Throttle {
  /** Milliseconds until this address may try again; 0: now. */
  wait(address: string): number;
  failed(address: string): void;
}

const WINDOW_MS = 60_000;
/** Failures within the window. */
const MOST_OF_ONE = 5;
const MOST_OF_ALL = 50;
/** Addresses that are remembered: those beyond count together. */
const MOST_ADDRESSES = 1_000;

/** One person has a whole /64 of IPv6 addresses; behind a proxy, all of them have one. */
function networkOf(address: string): string {
  const plain = address.replace(/^::ffff:/i, '');
  return plain.includes(':') ? expanded(plain).slice(0, 4).join(':') : plain;
}

function expanded(address: string): readonly string[] {
  const [head = '', tail] = address.split('::').map((part) => part);
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  return [...before, ...Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => '0'), ...after];
}

export function createThrottle(clock: Pick<Clock, 'now'>): Throttle {
  let failures: readonly { readonly network: string; readonly at: number }[] = [];
  const recent = (): typeof failures => {
    const since = clock.now().getTime() - WINDOW_MS;
    failures = failures.filter(({ at }) => at > since);
    return failures;
  };
  const waitFor = (times: readonly { readonly at: number }[], most: number): number => {
    const oldest = times.length < most ? undefined : times[times.length - most];
    return oldest === undefined ? 0 : Math.max(1, oldest.at + WINDOW_MS - clock.now().getTime());
  };
  return {
    wait: (address) => {
      const all = recent();
      const network = networkOf(address);
      return Math.max(
        waitFor(all, MOST_OF_ALL),
        waitFor(
          all.filter((one) => one.network === network),
          MOST_OF_ONE,
        ),
      );
    },
    failed: (address) => {
      failures = [...recent(), { network: networkOf(address), at: clock.now().getTime() }].slice(-MOST_ADDRESSES);
    },
  };
}
