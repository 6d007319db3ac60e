/** https://developer.spotify.com/blog/2026-06-18-refresh-token-expiration */
const MONTHS = 6;

/**
 * When the login of that moment ends, however often it is refreshed: the same day six calendar months on, at the same time; the last day of a
 * month that is too short for it.
 */
export function endOfLogin(loggedInAt: Date): Date {
  const end = new Date(loggedInAt);
  end.setUTCMonth(end.getUTCMonth() + MONTHS);
  if (end.getUTCDate() !== loggedInAt.getUTCDate()) end.setUTCDate(0);
  return end;
}
