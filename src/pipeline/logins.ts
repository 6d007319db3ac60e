import type { PipelineError } from '../kernel/errors.ts';
import type { AskedScope } from '../source/scopes.ts';
import type { LoginDates } from './login-dates.ts';

/** What the person is asked, and shown. */
interface Invitation {
  readonly account: string;
  readonly url: string;
  readonly redirectUri: string;
  readonly scopes: readonly AskedScope[];
}

/** The person's side of a login. */
export interface LoginDialogue {
  /** Shows the address, or opens a browser with it. */
  invite(invitation: Invitation): Promise<void>;
  /** The next address that the person pastes; null where none will come. Rejects with `cancelled` when the signal fires. */
  nextLine(signal: AbortSignal): Promise<string | null>;
  /** An answer that was no good; the login still waits for one that is. */
  turnedDown(why: PipelineError): void;
}

/** What a login asks, and how. */
export interface Asking {
  readonly account: string;
  readonly asked: readonly AskedScope[];
  /** As it is registered; null: a loopback address with the port below. */
  readonly redirectUri: string | null;
  readonly port: number | null;
  /** False: the answer is pasted. */
  readonly listens: boolean;
  readonly timeoutMs: number;
}

export interface LoginOptions extends Omit<Asking, 'account' | 'asked'> {
  /** Null: the only one of the settings. */
  readonly account: string | null;
}

export interface LoggedIn {
  readonly account: string;
  readonly accountId: string;
  readonly displayName: string | null;
  readonly loggedInAt: string;
  readonly expiresAt: string;
  readonly scopes: readonly string[];
  /** Asked for and not granted. */
  readonly missingScopes: readonly string[];
  /** A token of the environment goes before this login. */
  readonly isHidden: boolean;
}

/** How an account of the settings is logged in. */
export interface AccountLogin extends LoginDates {
  readonly accountId: string | null;
  readonly displayName: string | null;
  readonly scopes: readonly string[] | null;
  /** Needed by what the settings read, and not granted; null where that is not known. */
  readonly missingScopes: readonly string[] | null;
}

/** Logging in and out, and how that stands. */
export interface Logins {
  /**
   * Errors: `usage` for an account that there is not; `config` where Spotify does not know the app or its redirect URI, the port is taken, logins
   * cannot be kept, or somebody else logged in under the name; `login_needed` where the person said no, took too long, or used an old code; `forbidden`
   * for a user whom the app does not know; what a request throws. Whatever fails, an earlier login stays.
   */
  login(options: LoginOptions, dialogue: LoginDialogue, signal: AbortSignal): Promise<LoggedIn>;
  /** False where it was not logged in here. Errors: `usage`, `config`. */
  logOut(account: string | null): Promise<{ readonly account: string; readonly wasLoggedIn: boolean; readonly isInEnvironment: boolean }>;
  accounts(): Promise<readonly AccountLogin[]>;
  /** Of every account; cheap, and never throws. */
  dates(): Promise<readonly LoginDates[]>;
}
