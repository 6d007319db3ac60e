/** A document as JSON for machines; whole numbers beyond 2^53 as text, since JSON readers would round them. */
export function jsonText(document: unknown): string {
  return JSON.stringify(document, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value), 2);
}
