import sums from './sql/session_sums.sql';
import sessions from './sql/sessions.sql';

/** The last part of a select of all sessions, in the words of every engine: what each came to, of `told`, its plays with the number of their session. */
export const SESSION_SUMS = sums;

/**
 * A select of all sessions. `plays`: a relation with account, `ended_at`, `ms_played`, `kind`, names and URI of plays, and `is_counted`: true, or null where the
 * counting rule cannot tell.
 */
export const playSessions = (plays: string): string => sessions.replace('$sums', () => sums).replace('$plays', () => plays);
