import type { Evidence } from './evidence.ts';

const SEPARATOR = '\u001f';

/**
 * What a record's item can be found by: its URI, and its title with each of its artists. Two records speak of the *same item* exactly
 * when they share one of these: Spotify gives a recording new URIs, and an export names one artist where a poll names all.
 */
export function itemKeys({ uri, titleKey, artistKeys }: Evidence): readonly string[] {
  const names = titleKey === null ? [] : artistKeys.map((artist) => `name${SEPARATOR}${titleKey}${SEPARATOR}${artist}`);
  return uri === null ? names : [`uri${SEPARATOR}${uri}`, ...names];
}

/** The one item that a record names: its URI, else title and artists. Records that name nothing at all are alike. */
export function itemIdentity({ uri, titleKey, artistKeys }: Evidence): string {
  return uri ?? [titleKey ?? '', ...artistKeys].join(SEPARATOR);
}
