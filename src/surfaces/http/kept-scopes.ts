import type { Scope, Scopes } from '../../reports/run-report.ts';

export interface KeptScopes extends Scopes {
  /** The lake is another one. */
  forget(): void;
}

const MOST_SCOPES = 500;

/** All panels of a page are about the same days, and each answer says how sure these are: that is found out once. */
export function createKeptScopes(): KeptScopes {
  const kept = new Map<string, Promise<Scope>>();
  return {
    of: (key, find) => {
      const known = kept.get(key);
      // Who found it may have been stopped meanwhile: then each finds its own.
      if (known !== undefined) return known.catch(find);
      const found = find();
      kept.set(key, found);
      found.catch(() => {
        if (kept.get(key) === found) kept.delete(key);
      });
      for (const oldest of kept.keys()) {
        if (kept.size <= MOST_SCOPES) break;
        kept.delete(oldest);
      }
      return found;
    },
    forget: () => kept.clear(),
  };
}
