/** A person with a browser, played by fetch: follows redirects, reads Spotify's page, and sends its form. */

export interface Visit {
  readonly status: number;
  readonly text: string;
  /** Where it ended. */
  readonly url: string;
}

type Decision = 'allow' | 'deny';

/** Opens the address, answers the consent page as that account, and goes where it leads. `change` spoils the address on the way back. */
export async function consent(
  url: string,
  {
    account,
    decision = 'allow',
    fetch: ask = fetch,
    change = (address: URL) => address,
  }: {
    readonly account: string;
    readonly decision?: Decision;
    readonly fetch?: typeof fetch;
    readonly change?: (address: URL) => URL;
  },
): Promise<Visit> {
  const back = await addressAfter(url, { account, decision, fetch: ask });
  return visit(change(back));
}

/** Where the browser is sent after the consent page, without going there. */
export async function addressAfter(
  url: string,
  {
    account,
    decision = 'allow',
    fetch: ask = fetch,
  }: { readonly account: string; readonly decision?: Decision; readonly fetch?: typeof fetch },
): Promise<URL> {
  const page = await ask(url, { redirect: 'manual' });
  const html = await page.text();
  if (page.status !== 200) throw new Error(`Spotify's page answered ${page.status}: ${html}`);
  const hidden = [...html.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)];
  const form = new URLSearchParams(Object.fromEntries(hidden.map(([, name = '', value = '']) => [plain(name), plain(value)])));
  form.set('account', account);
  form.set('decision', decision);
  const answer = await ask(new URL('/authorize', url), {
    method: 'POST',
    redirect: 'manual',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: form.toString(),
  });
  return new URL(answer.headers.get('location') ?? 'about:blank');
}

export async function visit(address: URL): Promise<Visit> {
  const answer = await fetch(address);
  return { status: answer.status, text: await answer.text(), url: address.href };
}

const plain = (text: string): string => text.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));
