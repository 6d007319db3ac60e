import { availableParallelism, homedir, platform } from 'node:os';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { bucketOf, bucketText } from '../kernel/lake-place.ts';
import { suggestion } from '../kernel/nearest.ts';
import { watchConfig } from '../source/watch.ts';
import type { TimeZone } from '../tables/time-zone.ts';
import { awsConfig, bucketRegion } from './aws.ts';
import { dashboardConfig, SERVE_TOKEN, serveToken } from './dashboard.ts';
import type { ReadDocument } from './document.ts';
import { type Problem, shown } from './problem.ts';
import { resolveSchedule } from './schedule.ts';
import type { AccountConfig, Config, ConfigRequest, Environment } from './settings.ts';
import { snowflakeConfig, snowflakeProblems } from './snowflake.ts';
import { folder, lakePlace, logins, logLevel, memorySize, url, type Written, webhook } from './written.ts';

export const DEFAULTS = {
  lake: './lake',
  account: 'me',
  timeZone: 'UTC',
  apiUrl: 'https://api.spotify.com/v1',
  accountsUrl: 'https://accounts.spotify.com',
  /** A longer wait is better spent not running: the run says when to come back. */
  maxRetryAfterSeconds: 60,
  memoryLimit: '1GB',
  cacheLimit: '10GB',
} as const;

const TOKEN = 'TONEARM_REFRESH_TOKEN';

/** The settings, and what is wrong with how they were joined. `base`: the folder that the file's relative paths start from. */
export function resolveConfig(
  { written, problems: inFile, placeOf }: ReadDocument,
  request: ConfigRequest,
  base: string,
): { config: Config; problems: readonly Problem[] } {
  const env = named(request.env);
  const problems = [
    ...badValue('--lake', request.flags.lake, lakePlace),
    ...badValue('--memory', request.flags.memory, memorySize),
    ...badValue('TONEARM_LAKE', env.TONEARM_LAKE, lakePlace),
    ...badValue('TONEARM_CACHE', env.TONEARM_CACHE, folder),
    ...badValue('TONEARM_CREDENTIALS', env.TONEARM_CREDENTIALS, folder),
    ...badValue('TONEARM_SECRETS', env.TONEARM_SECRETS, { safeParse: (name) => logins.safeParse(`${SECRETS}${name}`) }),
    ...badValue('TONEARM_API_URL', env.TONEARM_API_URL, url),
    ...badValue('TONEARM_ACCOUNTS_URL', env.TONEARM_ACCOUNTS_URL, url),
    ...badValue('TONEARM_LOG', env.TONEARM_LOG, logLevel),
    ...badValue('TONEARM_WEBHOOK', env.TONEARM_WEBHOOK, webhook).map((problem) => ({ ...problem, found: null })),
    ...badValue(SERVE_TOKEN, env[SERVE_TOKEN], serveToken).map((problem) => ({ ...problem, found: null })),
    ...twins(written, placeOf),
    ...snowflakeProblems(written.snowflake, placeOf),
    // Where the file is wrong, its accounts are not known.
    ...(inFile.length > 0 ? [] : strangeTokens(accountNames(written), env)),
  ];
  const { spotify = {} } = written;
  const level = logLevel.safeParse(env.TONEARM_LOG ?? written.log_level);
  const lake = lakeFolder(written, request, env, base);
  const credentials = credentialsFolder(request, env);
  const told = env.TONEARM_WEBHOOK ?? written.notify?.webhook;
  const config: Config = {
    lake,
    ...(bucketOf(lake) === null ? {} : { bucket: bucketSettings(written, request, env) }),
    ...(written.aws === undefined ? {} : { aws: awsConfig(written.aws, written.s3?.region ?? null) }),
    ...(written.snowflake === undefined ? {} : { snowflake: snowflakeConfig(written.snowflake, env, base) }),
    spotify: {
      apiUrl: trimmed(env.TONEARM_API_URL ?? spotify.api_url ?? DEFAULTS.apiUrl),
      accountsUrl: trimmed(env.TONEARM_ACCOUNTS_URL ?? spotify.accounts_url ?? DEFAULTS.accountsUrl),
      clientId: env.TONEARM_CLIENT_ID ?? spotify.client_id ?? null,
      clientSecret: env.TONEARM_CLIENT_SECRET ?? null,
      maxRetryAfterMs: (spotify.max_retry_after_seconds ?? DEFAULTS.maxRetryAfterSeconds) * 1_000,
    },
    credentials,
    ...secretsOf(written, env),
    accounts: (written.accounts ?? [{ name: DEFAULTS.account }]).map((account) => resolveAccount(account, written, request.streams, env)),
    watch: written.watch === undefined ? null : watchConfig(written.watch),
    openLineage: lineageSink(written, base),
    retention: retentionOf(written),
    enrichment: { requestsPerRun: written.enrichment?.requests_per_run ?? 0 },
    ...(written.schedule === undefined ? {} : { schedule: resolveSchedule(written.schedule) }),
    ...(told === undefined ? {} : { webhook: told }),
    dashboard: dashboardConfig(written.dashboard, env),
    memoryLimit: request.flags.memory ?? written.memory_limit ?? DEFAULTS.memoryLimit,
    threads: written.threads ?? availableParallelism(),
    logLevel: level.success ? level.data : 'info',
  };
  return { config, problems: [...problems, ...exposed(credentials, lake)] };
}

/** An empty variable is one that is not set. */
const named = (env: Environment): Environment =>
  Object.fromEntries(Object.entries(env).filter(([name, value]) => name.startsWith('TONEARM_') && value !== undefined && value !== ''));

const trimmed = (address: string): string => address.replace(/\/+$/, '');

function lakeFolder(written: Written, { cwd, flags }: ConfigRequest, env: Environment, base: string): string {
  const given = flags.lake ?? env.TONEARM_LAKE;
  const [from, said] = given === undefined ? [base, written.lake ?? DEFAULTS.lake] : [cwd, given];
  const bucket = bucketOf(said);
  return bucket === null ? resolve(from, said) : bucketText(bucket);
}

const UNITS: Readonly<Record<string, number>> = { K: 1, M: 2, G: 3, T: 4 };

/** Of a text such as `1GB` or `1 GiB`. */
function bytesOf(size: string): number {
  const [, count, unit = '', binary] = /^([\d.]+)\s?([KMGT])(i)?B$/i.exec(size) ?? [];
  return Math.round(Number(count) * (binary === undefined ? 1000 : 1024) ** (UNITS[unit.toUpperCase()] ?? 0));
}

function bucketSettings(written: Written, request: ConfigRequest, env: Environment): NonNullable<Config['bucket']> {
  const { s3 = {} } = written;
  return {
    endpoint: s3.endpoint ?? null,
    region: bucketRegion(written),
    pathStyle: s3.path_style ?? (s3.endpoint === undefined ? null : true),
    cacheFolder: cacheFolder(request, env),
    cacheBytes: bytesOf(s3.cache_limit ?? DEFAULTS.cacheLimit),
  };
}

/** Where this platform keeps what programs can make again (https://specifications.freedesktop.org/basedir-spec/latest/), unless the environment says. */
function cacheFolder({ cwd, env: all }: ConfigRequest, env: Environment): string {
  if (env.TONEARM_CACHE !== undefined) return resolve(cwd, env.TONEARM_CACHE);
  const home = all.HOME || homedir();
  const usual = {
    win32: join(all.LOCALAPPDATA || join(home, 'AppData', 'Local'), 'tonearm', 'cache'),
    darwin: join(home, 'Library', 'Caches', 'tonearm'),
  };
  const system = platform();
  return system === 'win32' || system === 'darwin' ? usual[system] : join(all.XDG_CACHE_HOME || join(home, '.cache'), 'tonearm');
}

/** Where this platform keeps settings of programs (https://specifications.freedesktop.org/basedir-spec/latest/), unless the environment says. */
function credentialsFolder({ cwd, env: all }: ConfigRequest, env: Environment): string {
  if (env.TONEARM_CREDENTIALS !== undefined) return resolve(cwd, env.TONEARM_CREDENTIALS);
  const home = all.HOME || homedir();
  const usual = { win32: all.APPDATA || join(home, 'AppData', 'Roaming'), darwin: join(home, 'Library', 'Preferences') };
  const system = platform();
  const settings = all.XDG_CONFIG_HOME || (system === 'win32' || system === 'darwin' ? usual[system] : join(home, '.config'));
  return join(settings, 'tonearm', 'credentials');
}

const SECRETS = 'secrets-manager://tonearm/';

function secretsOf({ logins: said, aws, s3 }: Written, env: Environment): Pick<Config, 'secrets'> {
  const name = env.TONEARM_SECRETS ?? said?.slice(SECRETS.length);
  return name === undefined ? {} : { secrets: { name, region: aws?.region ?? s3?.region ?? null } };
}

/** A lake is copied, shared and published; a login is not. */
function exposed(credentials: string, lake: string): readonly Problem[] {
  if (bucketOf(lake) !== null) return [];
  const path = relative(lake, credentials);
  if (path.startsWith('..') || isAbsolute(path)) return [];
  const hint = 'Name another with TONEARM_CREDENTIALS.';
  return [{ place: 'TONEARM_CREDENTIALS', path: '', found: shown(credentials), expected: 'a folder outside the lake', hint }];
}

function lineageSink({ openlineage }: Written, base: string): Config['openLineage'] {
  if (openlineage?.file !== undefined) return { file: resolve(base, openlineage.file) };
  return openlineage?.url === undefined ? null : { url: openlineage.url };
}

function retentionOf({ retention = {} }: Written): Config['retention'] {
  const months = (text: string | undefined): number | null => {
    const [, count, unit = ''] = /^(\d+) (month|year)s?$/.exec(text ?? '') ?? [];
    return count === undefined ? null : Number(count) * (unit === 'year' ? 12 : 1);
  };
  return { web_api: months(retention.web_api), export: months(retention.export), sample: months(retention.sample) };
}

function resolveAccount(
  account: NonNullable<Written['accounts']>[number],
  written: Written,
  streams: readonly string[],
  env: Environment,
): AccountConfig {
  const isOnly = accountNames(written).length === 1;
  return {
    name: account.name,
    ...(written.accounts === undefined ? { isAssumed: true } : {}),
    refreshToken: env[tokenVariable(account.name)] ?? (isOnly ? (env[TOKEN] ?? null) : null),
    timeZone: timeZoneOf(account.time_zone),
    streams: account.streams ?? streams,
  };
}

function timeZoneOf(written: NonNullable<Written['accounts']>[number]['time_zone']): TimeZone {
  if (written === undefined || typeof written === 'string') return written ?? DEFAULTS.timeZone;
  return written.map(({ from, zone }) => ({ from: from ?? null, zone }));
}

const accountNames = ({ accounts }: Written): readonly string[] => accounts?.map(({ name }) => name) ?? [DEFAULTS.account];

const tokenVariable = (account: string): string => `${TOKEN}_${account.toUpperCase().replaceAll('-', '_')}`;

interface Checker {
  safeParse(value: unknown): { success: boolean; error?: { issues: readonly { message: string }[] } | undefined };
}

function badValue(place: string, value: string | undefined, schema: Checker): readonly Problem[] {
  if (value === undefined) return [];
  const issue = schema.safeParse(value).error?.issues[0];
  return issue === undefined ? [] : [{ place, path: '', found: shown(value), expected: issue.message, hint: null }];
}

/** Two accounts of one name would share their raw folder. */
function twins({ accounts = [] }: Written, placeOf: ReadDocument['placeOf']): readonly Problem[] {
  return accounts.flatMap(({ name }, at): readonly Problem[] => {
    if (accounts.findIndex((other) => other.name === name) === at) return [];
    return [
      {
        place: placeOf(['accounts', at, 'name']),
        path: `accounts[${at}].name`,
        found: shown(name),
        expected: 'a name of its own',
        hint: null,
      },
    ];
  });
}

/** A token that no account would ever use is a slip of the pen, most likely in the name. Its value is not shown. */
function strangeTokens(accounts: readonly string[], env: Environment): readonly Problem[] {
  const known = accounts.map(tokenVariable);
  const strange = Object.keys(env).filter((name) => name.startsWith(`${TOKEN}_`) && !known.includes(name));
  const problems = strange.map((name): Problem => {
    return { place: name, path: '', found: null, expected: 'the name of an account at its end', hint: suggestion(name, known) };
  });
  if (accounts.length === 1 || env[TOKEN] === undefined) return problems;
  const hint = `Write ${known.join(' or ')}.`;
  return [...problems, { place: TOKEN, path: '', found: null, expected: 'to be told whose it is: there are several accounts', hint }];
}
