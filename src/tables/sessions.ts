import sessions from './sql/sessions.sql';

/**
 * A select of all sessions. `plays`: a relation with account, `ended_at`, `ms_played`, `kind`, names and URI of plays, and `is_counted`: true, or null where the
 * counting rule cannot tell.
 */
export const playSessions = (plays: string): string => sessions.replace('$plays', () => plays);
