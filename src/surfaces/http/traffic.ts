/** Counts of this process: what was asked of it, and what it asked of Spotify. */
export interface Traffic {
  /** `route` as it is declared, not as it was asked: there are few of them. */
  asked(route: string, status: number, ms: number): void;
  /** The same fetch, counted. */
  counted(fetched: typeof fetch): typeof fetch;
  routes(): readonly RouteCounts[];
  /** By status of HTTP; 0: no answer. */
  spotify(): ReadonlyMap<number, number>;
}

export interface RouteCounts {
  readonly route: string;
  readonly statuses: ReadonlyMap<number, number>;
  readonly times: TimeCounts;
}

/** A histogram as Prometheus has it: how many took at most so long. */
export interface TimeCounts {
  readonly atMost: readonly { readonly seconds: number; readonly count: number }[];
  readonly count: number;
  readonly seconds: number;
}

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

interface Route {
  readonly statuses: Map<number, number>;
  readonly within: number[];
  count: number;
  seconds: number;
}

const add = (counts: Map<number, number>, key: number): void => {
  counts.set(key, (counts.get(key) ?? 0) + 1);
};

export function createTraffic(): Traffic {
  const routes = new Map<string, Route>();
  const spotify = new Map<number, number>();
  return {
    asked: (name, status, ms) => {
      const route = routes.get(name) ?? { statuses: new Map(), within: SECONDS.map(() => 0), count: 0, seconds: 0 };
      routes.set(name, route);
      add(route.statuses, status);
      const seconds = ms / 1000;
      route.count += 1;
      route.seconds += seconds;
      for (const [at, most] of SECONDS.entries()) if (seconds <= most) route.within[at] = (route.within[at] ?? 0) + 1;
    },
    counted: (fetched) => async (input, init) => {
      try {
        const response = await fetched(input, init);
        add(spotify, response.status);
        return response;
      } catch (error) {
        add(spotify, 0);
        throw error;
      }
    },
    routes: () =>
      [...routes].map(([route, { statuses, within, count, seconds }]) => ({
        route,
        statuses,
        times: { atMost: SECONDS.map((most, at) => ({ seconds: most, count: within[at] ?? 0 })), count, seconds },
      })),
    spotify: () => spotify,
  };
}
