import { createVirtualClock } from '../../src/kernel/clock.ts';
import type { Mode } from '../http/call.ts';
import { issueToken } from '../http/tokens.ts';
import { SERVED_PATHS } from '../http/web-api.ts';
import { createSimulator } from '../simulator.ts';
import { createJudge, type Judge, withoutNames } from './document.ts';
import { ACCOUNTS, type Ask, createAsks, START } from './requests.ts';
import { differences, shapesOf } from './shapes.ts';

const SEED = 'conformance';
const MODES: readonly Mode[] = ['development', 'extended'];

/** One way in which the simulator differs from what it simulates, and why that is right. */
export interface Deviation {
  /** A field of the document (`TrackObject.id`), a path, or `recorded <kind of object>`. */
  readonly where: string;
  readonly mode: Mode | 'both';
  readonly what: string;
  /** The argument, with its source. */
  readonly why: string;
}

/** The same without an argument, found by looking. */
export interface Found {
  readonly where: string;
  readonly mode: Mode;
  readonly what: string;
  /** An answer in which it showed. */
  readonly example: string;
}

export interface EndpointRow {
  readonly path: string;
  readonly mode: Mode;
  readonly answers: number;
  readonly deviations: number;
}

export interface Outcome {
  /** By path, then mode. */
  readonly rows: readonly EndpointRow[];
  /** Fields compared with the recordings: kinds of objects, and how many differ. */
  readonly recorded: { readonly kinds: number; readonly deviations: number };
  readonly unexplained: readonly Found[];
  /** Entries of the list that nothing matches any more, in one of their modes at least. */
  readonly unused: readonly Deviation[];
  /** Paths that both sides have and nothing was asked of. */
  readonly unasked: readonly string[];
}

export interface Evidence {
  /** A parsed OpenAPI 3.0 document. */
  readonly document: unknown;
  /** Parsed answers of the real Web API, of the time before 2026: compared with extended mode. */
  readonly recordings: readonly unknown[];
  readonly tolerated: readonly Deviation[];
}

/** Asks the simulator in both modes for everything it serves, and has the document and the recordings judge the answers. Opens no port. */
export async function judgeSimulator({ document, recordings, tolerated }: Evidence): Promise<Outcome> {
  const judge = createJudge(document);
  const shared = SERVED_PATHS.map(withoutNames).filter((path) => judge.paths.has(path));
  const looks = await Promise.all(MODES.map((mode) => look(judge, mode, new Set(shared))));
  const extended = looks.find(({ mode }) => mode === 'extended')?.bodies ?? [];
  const [theirs, ours] = [shapesOf(recordings), shapesOf(extended)];
  const apart = differences(theirs, ours).map(
    ({ kind, what }): Found => ({ where: `recorded ${kind}`, mode: 'extended', what, example: '' }),
  );
  const found = [...looks.flatMap((one) => one.found), ...apart];
  const asked = new Set(looks.flatMap(({ rows }) => rows.map((row) => row.path)));
  return {
    rows: looks.flatMap(({ rows }) => rows).sort((a, b) => compared(a.path, b.path) || compared(a.mode, b.mode)),
    recorded: { kinds: [...theirs.keys()].filter((kind) => ours.has(kind)).length, deviations: apart.length },
    unexplained: found.filter((one) => !tolerated.some((deviation) => covers(deviation, one))),
    unused: tolerated.filter(
      (deviation) => !modesOf(deviation).every((mode) => found.some((one) => one.mode === mode && covers(deviation, one))),
    ),
    unasked: shared.filter((path) => !asked.has(path)),
  };
}

interface Look {
  readonly mode: Mode;
  readonly rows: readonly EndpointRow[];
  readonly found: readonly Found[];
  readonly bodies: readonly unknown[];
}

async function look(judge: Judge, mode: Mode, paths: ReadonlySet<string>): Promise<Look> {
  const clock = createVirtualClock(START);
  const simulator = createSimulator({ seed: SEED, mode, clock, artists: 60, accounts: ACCOUNTS });
  const rows = new Map<string, { answers: number; deviations: Set<string> }>();
  const found = new Map<string, Found>();
  const bodies: unknown[] = [];
  for (const ask of createAsks(simulator).filter(({ path }) => paths.has(path))) {
    clock.set(ask.at);
    const { status, body } = await answerTo(simulator, ask);
    if (status === 200) bodies.push(body);
    const row = rows.get(ask.path) ?? { answers: 0, deviations: new Set() };
    rows.set(ask.path, row);
    row.answers += 1;
    for (const { where, what, at } of judge.complaints(ask.path, status, body)) {
      const key = `${where} ${what}`;
      row.deviations.add(key);
      if (!found.has(key)) found.set(key, { where, mode, what, example: `${ask.sent} ${at}` });
    }
  }
  return {
    ...{ mode, bodies },
    rows: [...rows].map(([path, { answers, deviations }]) => ({ path, mode, answers, deviations: deviations.size })),
    found: [...found.values()],
  };
}

async function answerTo(simulator: ReturnType<typeof createSimulator>, ask: Ask): Promise<{ status: number; body: unknown }> {
  const headers = { authorization: `Bearer ${issueToken(SEED, ask.account, ask.at.getTime())}` };
  const response = await simulator.app.fetch(new Request(`http://127.0.0.1:9/v1${ask.sent}`, { headers }));
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
}

const covers = (deviation: Deviation, found: Found): boolean =>
  deviation.where === found.where && deviation.what === found.what && (deviation.mode === 'both' || deviation.mode === found.mode);

const modesOf = ({ mode }: Deviation): readonly Mode[] => (mode === 'both' ? MODES : [mode]);

const compared = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
