/** For errors that come without a word on what to do. */
const NEXT_STEPS: Readonly<Record<string, string>> = {
  cancelled: 'Run it again when you like: what was received is kept, and the tables are whole.',
  usage: 'See `tonearm --help`.',
  not_found: 'See `tonearm --help`.',
  bad_sql: 'See `tonearm tables` for names of tables and columns.',
  network: 'Run it again; what was received is kept.',
  upstream: 'Run it again later; what was received is kept.',
  storage: 'See to the disk (free space, permissions), then run it again.',
  corrupt: 'Run `tonearm doctor`, which says what is damaged and what to do.',
  conflict: 'Run it again when no other run is at work.',
  limit_exceeded: 'Ask for less, or raise memory_limit in tonearm.yaml.',
  internal: 'Report it with the lines below; they hold no secret.',
};

/** What to do about an error: its own hint, else what fits its code; null where there is nothing to say. */
export const nextStep = ({ code, hint }: { readonly code: string; readonly hint: string | null }): string | null =>
  hint ?? NEXT_STEPS[code] ?? null;
