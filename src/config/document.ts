import { isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { nearest, suggestion } from '../kernel/nearest.ts';
import { WrittenAws } from './aws.ts';
import { SERVE_TOKEN, WrittenDashboard } from './dashboard.ts';
import { type Problem, shown } from './problem.ts';
import { scheduleNames } from './schedule.ts';
import { SNOWFLAKE_SECRETS, WrittenSnowflake } from './snowflake.ts';
import { Written, WrittenAccount, WrittenLineage, WrittenS3, WrittenSpotify } from './written.ts';

type Path = readonly (string | number)[];

export interface ReadDocument {
  readonly written: Written;
  readonly problems: readonly Problem[];
  /** `tonearm.yaml:3` for a path of keys; the nearest enclosing line where the path itself is absent. */
  placeOf(path: Path): string;
}

/** The text of a tonearm.yaml, checked. Where it has problems, `written` is empty. `file` names it in messages. */
export function readDocument(text: string, file: string, streams: readonly string[]): ReadDocument {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const placeAt = (offset: number): string => `${file}:${lines.linePos(offset).line}`;
  const placeOf = (path: Path): string => {
    for (let length = path.length; length > 0; length -= 1) {
      const offset = keyOffset(document.getIn(path.slice(0, length - 1), true) ?? document.contents, path[length - 1]);
      if (offset !== null) return placeAt(offset);
    }
    return file;
  };
  const broken = document.errors.map(({ pos, message }): Problem => {
    const [what = message] = message.split(/ at line \d/);
    return { place: placeAt(pos[0]), path: '', found: null, expected: 'YAML', hint: `${what}.` };
  });
  if (broken.length > 0) return { written: {}, problems: broken, placeOf };

  const value: unknown = document.toJS() ?? {};
  const checked = Written.safeParse(value);
  const problems = [
    ...(checked.success ? [] : checked.error.issues.flatMap((issue) => problemsOf(issue, value, placeOf))),
    ...strangeStreams(value, streams, placeOf),
    ...strangeJobs(value, streams, placeOf),
  ];
  return { written: checked.success && problems.length === 0 ? checked.data : {}, problems, placeOf };
}

/** Where a key of a map, or an element of a list, stands; null where there is none. */
function keyOffset(parent: unknown, key: string | number | undefined): number | null {
  if (isMap(parent)) {
    const pair = parent.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key));
    return isScalar(pair?.key) ? (pair.key.range?.[0] ?? null) : null;
  }
  if (!isNode(parent) || !('items' in parent) || !Array.isArray(parent.items)) return null;
  const element: unknown = parent.items[Number(key)];
  return isNode(element) ? (element.range?.[0] ?? null) : null;
}

function problemsOf(issue: z.core.$ZodIssue, value: unknown, placeOf: (path: Path) => string): readonly Problem[] {
  const path = issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step));
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => strangeKey([...path, key], placeOf));
  const found = valueAt(value, path);
  return [
    {
      place: placeOf(path),
      path: pathText(path),
      found: found === undefined ? 'nothing' : isSecret(path) ? null : shown(found),
      expected: issue.message,
      hint: ['time_zone', 'zone'].includes(String(path.at(-1))) && typeof found === 'string' ? zoneHint(found) : null,
    },
  ];
}

/** An address that may hold a token; a key in place of its file. */
const isSecret = (path: Path): boolean => path[0] === 'notify' || path.at(-1) === 'key_file';

const SECRET_KEY = /secret|token|passw|passphrase/i;

const KEYS: Readonly<Record<string, readonly string[]>> = {
  '': Object.keys(Written.shape),
  accounts: Object.keys(WrittenAccount.shape),
  aws: Object.keys(WrittenAws.shape),
  dashboard: Object.keys(WrittenDashboard.shape),
  openlineage: Object.keys(WrittenLineage.shape),
  s3: Object.keys(WrittenS3.shape),
  snowflake: Object.keys(WrittenSnowflake.shape),
  spotify: Object.keys(WrittenSpotify.shape),
};

function strangeKey(path: Path, placeOf: (path: Path) => string): Problem {
  const key = String(path.at(-1));
  const at = { place: placeOf(path), path: pathText(path) };
  if (SECRET_KEY.test(key)) {
    return { ...at, found: null, expected: 'no secret in this file', hint: `Move it to the environment: ${variableOf(path, key)}.` };
  }
  const known = KEYS[String(path.length > 1 ? path[0] : '')] ?? [];
  return { ...at, found: null, expected: 'a key that is known', hint: suggestion(key, known) };
}

function variableOf(path: Path, key: string): string {
  if (path[0] === 'snowflake') return ofSnowflake(key);
  if (path[0] === 'dashboard') return SERVE_TOKEN;
  return /client/i.test(key) ? 'TONEARM_CLIENT_SECRET' : 'TONEARM_REFRESH_TOKEN';
}

const ofSnowflake = (key: string): string => (/token/i.test(key) ? SNOWFLAKE_SECRETS.token : SNOWFLAKE_SECRETS.passphrase);

/** Looks at whatever stands there: the check of the keys tells what is no list. */
function strangeStreams(value: unknown, known: readonly string[], placeOf: (path: Path) => string): readonly Problem[] {
  return elementsAt(value, ['accounts']).flatMap((_, account) =>
    elementsAt(value, ['accounts', account, 'streams']).flatMap((stream, at): readonly Problem[] => {
      if (typeof stream !== 'string' || known.includes(stream)) return [];
      const path = ['accounts', account, 'streams', at];
      const hint = suggestion(stream, known);
      return [{ place: placeOf(path), path: pathText(path), found: shown(stream), expected: 'the name of a stream', hint }];
    }),
  );
}

function strangeJobs(value: unknown, streams: readonly string[], placeOf: (path: Path) => string): readonly Problem[] {
  const schedule = valueAt(value, ['schedule']);
  const known = scheduleNames(streams);
  const names = schedule !== null && typeof schedule === 'object' && !Array.isArray(schedule) ? Object.keys(schedule) : [];
  return names
    .filter((name) => !known.includes(name))
    .map((name): Problem => {
      const path = ['schedule', name];
      const hint = suggestion(name, known) ?? `Names are: ${known.join(', ')}.`;
      return { place: placeOf(path), path: pathText(path), found: null, expected: 'a name of the schedule', hint };
    });
}

function elementsAt(value: unknown, path: Path): readonly unknown[] {
  const found = valueAt(value, path);
  return Array.isArray(found) ? found : [];
}

function zoneHint(zone: string): string | null {
  const near = nearest(zone, Intl.supportedValuesOf('timeZone'));
  return near === null ? null : `Did you mean ${near}?`;
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (inside, step) => (inside === null || typeof inside !== 'object' ? undefined : Reflect.get(inside, step)),
    value,
  );
}

function pathText(path: Path): string {
  return path.map((step, at) => (typeof step === 'number' ? `[${step}]` : `${at === 0 ? '' : '.'}${step}`)).join('');
}
