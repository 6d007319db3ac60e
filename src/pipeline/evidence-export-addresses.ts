import { createArrayScanner, type Scanned } from '../source/export/array-scan.ts';

/** Where a play was listened to and with what, as the extended history says it. */
const ADDRESSES: ReadonlySet<string> = new Set(['ip_addr', 'ip_addr_decrypted', 'user_agent', 'user_agent_decrypted']);

/** A record without its addresses. What cannot be read could hold one, so `null` stands in its place, and the places after it stay. */
function withoutAddresses({ bytes }: Scanned): string {
  if (bytes === null) return 'null';
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return JSON.stringify(value, (name, inner: unknown) => (ADDRESSES.has(name) ? undefined : inner));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return 'null';
    throw error;
  }
}

/** The list of a history without IP addresses and user agents, in pieces; memory stays flat. */
export async function* addressless(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const scanner = createArrayScanner();
  let isFirst = true;
  const written = (elements: readonly Scanned[]): string =>
    elements
      .map((element) => {
        const before = isFirst ? '\n' : ',\n';
        isFirst = false;
        return `${before}${withoutAddresses(element)}`;
      })
      .join('');
  yield '[';
  for await (const chunk of chunks) yield written(scanner.push(chunk));
  yield `${written(scanner.end())}\n]\n`;
}
