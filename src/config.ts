/** Settings after the file, the environment and the defaults have been joined and checked. */
export interface Config {
  /** Folder of the lake, absolute. */
  readonly lake: string;
  /** Where Spotify is. Anything but Spotify's own hosts makes rows `source = 'sample'`. */
  readonly spotify: {
    readonly apiUrl: string;
    readonly accountsUrl: string;
    readonly clientId: string | null;
    readonly clientSecret: string | null;
    /** Longest Retry-After, in milliseconds, that a run sits out; a longer one defers the run. */
    readonly maxRetryAfterMs: number;
  };
  readonly accounts: readonly AccountConfig[];
  readonly memoryLimit: string;
  readonly threads: number;
}

export interface AccountConfig {
  /** `[a-z0-9-]+` */
  readonly name: string;
  /** From the environment or the credentials file, never from tonearm.yaml. */
  readonly refreshToken: string | null;
  /** IANA name; reports count days in it. */
  readonly timeZone: string;
  /** Streams that `run` reads for this account. */
  readonly streams: readonly string[];
}
