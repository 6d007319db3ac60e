import { createVirtualClock, type VirtualClock } from '../../src/kernel/clock.ts';
import { createSimulator, type Simulator, type SimulatorOptions } from '../simulator.ts';
import type { Mode } from './call.ts';
import { CLIENT_ID, CLIENT_SECRET, refreshTokenOf } from './tokens.ts';

const ORIGIN = 'http://127.0.0.1:9';

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed; null for an empty body. */
  readonly body: unknown;
}

export interface TestClient {
  readonly simulator: Simulator;
  readonly clock: VirtualClock;
  token(form: Readonly<Record<string, string>>, basic?: string | null): Promise<Reply>;
  /** GET of a path below `/v1`, or of a whole address, as the account logged in. */
  get(address: string): Promise<Reply>;
  /** Every item of a list, following `next`. */
  walk(path: string): Promise<readonly unknown[]>;
}

export const BASIC = Buffer.from(`${CLIENT_ID}:${CLIENT_SECRET}`).toString('base64');

/** A small world on a virtual clock and a client logged in as `ada`; no port is opened. */
export async function createTestClient(mode: Mode, options: Partial<SimulatorOptions> = {}): Promise<TestClient> {
  const clock = createVirtualClock(new Date('2026-03-20T19:00:00Z'));
  const ada = { name: 'ada', displayName: 'Ada Löwe', joinedOn: '2025-09-01', country: 'DE', utcOffsetMinutes: 60, playsPerDay: 30 };
  const simulator = createSimulator({ seed: 'test', mode, clock, artists: 60, accounts: [ada], ...options });
  const replyOf = async (response: Response): Promise<Reply> => {
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === '' ? null : JSON.parse(text) };
  };
  const token: TestClient['token'] = async (form, basic = BASIC) => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded', ...(basic === null ? {} : { authorization: `Basic ${basic}` }) };
    const body = new URLSearchParams(form).toString();
    return replyOf(await simulator.app.fetch(new Request(`${ORIGIN}/api/token`, { method: 'POST', headers, body })));
  };
  const login = await token({ grant_type: 'refresh_token', refresh_token: refreshTokenOf('ada') });
  const access = field(login.body, 'access_token');
  const get: TestClient['get'] = async (address) => {
    const url = address.startsWith('http') ? address : `${ORIGIN}/v1${address}`;
    return replyOf(await simulator.app.fetch(new Request(url, { headers: { authorization: `Bearer ${String(access)}` } })));
  };
  const walk: TestClient['walk'] = async (path) => {
    const items: unknown[] = [];
    for (let next: unknown = path; typeof next === 'string'; ) {
      const { body } = await get(next);
      const page = field(body, 'artists') ?? body;
      items.push(...list(field(page, 'items')));
      next = field(page, 'next');
    }
    return items;
  };
  return { simulator, clock, token, get, walk };
}

/** What lies below a dotted path in parsed JSON; undefined where nothing does. */
export function field(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((inner, name) => {
    return typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>)[name] : undefined;
  }, value);
}

export function list(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new TypeError(`not a list: ${JSON.stringify(value)}`);
  return value;
}
