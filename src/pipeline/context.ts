import type { Config } from '../config.ts';
import type { Engine } from '../engines/engine.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Ids } from '../kernel/id.ts';
import type { Log } from '../kernel/log.ts';
import type { LocalFiles, ObjectStore } from '../landing/object-store.ts';
import type { Landing } from '../landing/raw-writer.ts';
import type { Removals } from '../landing/removals.ts';
import type { TokenProvider } from '../source/tokens.ts';
import type { CatalogStore } from '../tables/catalog.ts';
import type { Progress } from './app.ts';
import type { Credentials } from './credentials.ts';
import type { Manners } from './manners.ts';

/** What the steps of the pipeline share: the lake's zones, time and where to tell about the work. */
export interface Context {
  readonly config: Config;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  readonly progress: (event: Progress) => void;
  readonly fetch: typeof fetch;
  /** Tokens in use, by account: a refresh may end the refresh token it was made with, so all streams of an account share one provider. */
  readonly tokens: Map<string, TokenProvider>;
  readonly credentials: Credentials;
  /** One limiter for all accounts and streams. */
  readonly manners: Manners;
  readonly store: ObjectStore;
  readonly files: LocalFiles;
  /** Shows nothing of what was removed. */
  readonly landing: Landing;
  readonly removals: Removals;
  readonly catalog: CatalogStore;
  /** Answers all questions of a process that goes on; null: each work opens one of its own. */
  readonly keptEngine: Engine | null;
  /** Says that this process is still at work; cheap, and safe without a lease. */
  readonly renewLease: () => Promise<void>;
  /** Folder for files on their way into the lake; on the lake's own disk where it has one. */
  readonly tempDir: string;
  /** Removes what this machine keeps of all other objects of the lake, and gives how many; nothing where the lake is a folder. */
  readonly keepCopies: (keys: ReadonlySet<string>) => Promise<number>;
}
