/** The walls of the house, as functions of source texts: which room may import which, and which words stand in one place only. */

export interface SourceFile {
  /** From the root of the project, with `/`. */
  readonly path: string;
  readonly text: string;
}

/** Rooms of `src` and what each may import; its own files always. `type` = only types of it, `lazy` = only by `import()`. */
export const DOORS: Readonly<Record<string, Readonly<Record<string, 'all' | 'type' | 'lazy'>>>> = {
  kernel: {},
  tables: { kernel: 'all' },
  source: { kernel: 'all' },
  landing: { kernel: 'all' },
  config: { kernel: 'all', source: 'all', tables: 'all' },
  ledger: { kernel: 'all' },
  transform: { kernel: 'all', tables: 'all', landing: 'type', ledger: 'all' },
  engines: { kernel: 'all', tables: 'all', landing: 'type' },
  reports: { kernel: 'all', tables: 'all', engines: 'type' },
  pipeline: {
    kernel: 'all',
    tables: 'all',
    source: 'all',
    landing: 'all',
    transform: 'all',
    engines: 'all',
    reports: 'all',
    config: 'all',
  },
  surfaces: { kernel: 'all', pipeline: 'all', reports: 'all', simulator: 'lazy' },
  simulator: { kernel: 'all' },
  web: { reports: 'type', surfaces: 'type' },
  infra: { tables: 'all', surfaces: 'all', pipeline: 'type' },
};

/** Packages that only their driver knows: a prefix of the package's name → prefixes of paths. */
const VENDORS: Readonly<Record<string, readonly string[]>> = {
  '@duckdb/': ['src/transform/duckdb.ts', 'src/engines/duckdb/'],
  '@aws-lambda-powertools/': ['src/surfaces/lambda/'],
  '@aws-sdk/': [
    'src/landing/s3-store.ts',
    'src/landing/s3-emptying.ts',
    'src/landing/s3-upload.ts',
    'src/engines/athena/',
    'src/pipeline/aws-account.ts',
    'src/pipeline/secrets-manager.ts',
    'src/pipeline/message-queue.ts',
  ],
  'snowflake-sdk': ['src/engines/snowflake/'],
  commander: ['src/surfaces/cli/'],
  croner: ['src/kernel/cron.ts'],
  pino: ['src/kernel/log.ts'],
};

/** What only one file may say, and why there. */
const WORDS: readonly { readonly pattern: RegExp; readonly word: string; readonly home: string }[] = [
  { pattern: /\bprocess\s*\.\s*env\b/, word: 'process.env', home: 'src/config.ts' },
  { pattern: /\bDate\s*\.\s*now\b/, word: 'Date.now', home: 'src/kernel/clock.ts' },
  { pattern: /\bnew\s+Date\s*(?:\(\s*\)|(?![\w\s(]))/, word: 'new Date()', home: 'src/kernel/clock.ts' },
  { pattern: /\bperformance\s*\.\s*now\b/, word: 'performance.now', home: 'src/kernel/clock.ts' },
  { pattern: /\bhrtime\b/, word: 'hrtime', home: 'src/kernel/clock.ts' },
  { pattern: /\bset(?:Timeout|Interval)\b/, word: 'setTimeout or setInterval', home: 'src/kernel/clock.ts' },
  { pattern: /\bAbortSignal\s*\.\s*timeout\b/, word: 'AbortSignal.timeout', home: 'src/kernel/clock.ts' },
];

export interface Import {
  readonly from: string;
  readonly how: 'all' | 'type' | 'lazy';
}

/** Every import, re-export and `import()` of a file. */
export function importsOf({ text }: SourceFile): readonly Import[] {
  const code = withoutComments(text);
  const lines = [...code.matchAll(/^\s*(?:import|export)\b(?:(?<what>[^'"`;]*?)\bfrom)?\s*(?<quote>['"])(?<from>[^'"\n]+)\k<quote>/gm)];
  const calls = [...code.matchAll(/\bimport\(\s*(?<quote>['"])(?<from>[^'"\n]+)\k<quote>/g)];
  return [
    ...lines.map(({ groups }): Import => ({ from: groups?.from ?? '', how: isTypeOnly(groups?.what ?? '') ? 'type' : 'all' })),
    ...calls.map(({ groups }): Import => ({ from: groups?.from ?? '', how: 'lazy' })),
  ];
}

function isTypeOnly(what: string): boolean {
  if (/^\s*type\b/.test(what)) return true;
  const names =
    /^\s*\{(?<names>[^}]*)\}\s*$/
      .exec(what)
      ?.groups?.names?.split(',')
      .filter((name) => name.trim() !== '') ?? [];
  return names.length > 0 && names.every((name) => /^\s*type\s/.test(name));
}

/** What breaks the rules of the house, one line each; `npm test` wants none. Test files may also use the simulator, the clock and any package. */
export function brokenRules(files: readonly SourceFile[]): readonly string[] {
  return [...files.flatMap((file) => [...brokenDoors(file), ...brokenVendors(file), ...brokenWords(file)]), ...cyclesOf(files)];
}

/** Tests, contract suites that drivers share, and what the tests of a room share. */
const isTest = (path: string): boolean => /\.(test|contract)\.ts$|\/testing\.ts$/.test(path) || path.startsWith('test/');
const isMeasured = (path: string): boolean => !isTest(path) && /^(src|simulator)\//.test(path);

function brokenDoors(file: SourceFile): readonly string[] {
  const room = roomOf(file.path);
  const doors = DOORS[room];
  if (doors === undefined) return file.path.startsWith('src/') && !file.path.endsWith('.d.ts') ? [`${file.path}: ${room} is no room`] : [];
  return importsOf(file).flatMap(({ from, how }) => {
    if (!from.startsWith('.')) return [];
    const target = resolved(file.path, from);
    const other = roomOf(target);
    if (isTest(target) && !isTest(file.path)) return [`${file.path}: imports the test file ${target}`];
    if (other === room || isTest(file.path)) return isTest(file.path) ? brokenTestDoor(file.path, room, other) : [];
    const door = doors[other];
    if (door === undefined) return [`${file.path}: ${room} may not import ${other} (${target})`];
    if (door !== 'all' && door !== how) return [`${file.path}: ${room} may import ${other} only as ${door} (${target})`];
    return [];
  });
}

function brokenTestDoor(path: string, room: string, other: string): readonly string[] {
  const allowed = other === room || other === 'simulator' || DOORS[room]?.[other] !== undefined;
  return allowed ? [] : [`${path}: a test of ${room} that needs ${other} belongs in test/`];
}

function brokenVendors(file: SourceFile): readonly string[] {
  if (!isMeasured(file.path)) return [];
  return importsOf(file).flatMap(({ from }) => {
    const vendor = Object.keys(VENDORS).find((name) =>
      name.endsWith('/') ? from.startsWith(name) : from === name || from.startsWith(`${name}/`),
    );
    const isHome = vendor === undefined || VENDORS[vendor]?.some((home) => file.path.startsWith(home));
    return isHome ? [] : [`${file.path}: only ${VENDORS[vendor]?.join(' and ')} may import ${from}`];
  });
}

function brokenWords(file: SourceFile): readonly string[] {
  const code = withoutTexts(withoutComments(file.text));
  const isConfig = /\.config\.ts$|\.d\.ts$/.test(file.path);
  const broken = !isConfig && /^\s*export\s+(?:default\b|\{[^}]*\bas\s+default\b)/m.test(code) ? [`${file.path}: default export`] : [];
  if (!isMeasured(file.path)) return broken;
  const timers = importsOf(file).some(({ from }) => /^(node:)?timers(\/|$)/.test(from)) && file.path !== 'src/kernel/clock.ts';
  return [
    ...broken,
    ...(timers ? [`${file.path}: only src/kernel/clock.ts may import timers`] : []),
    ...WORDS.filter(({ pattern, home }) => file.path !== home && pattern.test(code)).map(
      ({ word, home }) => `${file.path}: only ${home} may say ${word}`,
    ),
  ];
}

/** Each import cycle once, as the path that closes it. */
export function cyclesOf(files: readonly SourceFile[]): readonly string[] {
  const known = new Set(files.map(({ path }) => path));
  const next = new Map(
    files.map((file) => {
      const relative = importsOf(file).filter(({ from }) => from.startsWith('.'));
      return [file.path, relative.map(({ from }) => resolved(file.path, from)).filter((path) => known.has(path))] as const;
    }),
  );
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    const at = trail.indexOf(path);
    if (at >= 0) cycles.push(`import cycle: ${[...trail.slice(at), path].join(' -> ')}`);
    if (at >= 0 || done.has(path)) return;
    for (const target of next.get(path) ?? []) visit(target, [...trail, path]);
    done.add(path);
  };
  for (const path of known) visit(path, []);
  return cycles;
}

/** `src/kernel/clock.ts` → kernel, `src/config.ts` → config, `simulator/x.ts` → simulator. */
export function roomOf(path: string): string {
  const [top = '', second = ''] = path.split('/');
  return top === 'src' ? second.replace(/\.ts$/, '') : top;
}

function resolved(path: string, from: string): string {
  return new URL(from, `file:///${path}`).pathname.slice(1);
}

/** Strings are matched only to be passed over: a `//` inside one begins no comment. */
const COMMENT_OR_STRING = /\/\/[^\n]*|\/\*[\s\S]*?\*\/|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"/g;

const withoutComments = (text: string): string => text.replace(COMMENT_OR_STRING, (match) => (match.startsWith('/') ? ' ' : match));
const withoutTexts = (code: string): string => code.replace(COMMENT_OR_STRING, (match) => (match.startsWith('/') ? match : "''"));
