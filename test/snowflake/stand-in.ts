/** A Snowflake of one machine: its protocol as the driver speaks it, over DuckDB. It takes the statements that Tonearm writes and refuses any other. */
import { createHash, createPublicKey, type KeyObject, randomUUID, verify } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { QUERY_MACROS } from './queries.ts';
import { inParts, parametersOf } from './rowsets.ts';
import { type Asked, createWarehouse, nothingShared, type Shared, type Warehouse } from './warehouse.ts';

export interface StandIn {
  readonly url: string;
  /** Every statement that was asked, in order. */
  readonly statements: string[];
  /** Everything that was sent, as it was sent. */
  readonly sent: string[];
  /** Folder of the files of stages. */
  readonly stages: string;
  /** Looks at and changes what is there, past the protocol. */
  readonly duckdb: DuckDBConnection;
  /** What all sessions share. */
  readonly shared: Shared;
  /** A session past the protocol, as Snowflake's own pipes and tasks have one. */
  enter(): Promise<Warehouse>;
  /** Ends every session, as Snowflake does with one that nobody used for hours. */
  forget(): Promise<void>;
  close(): Promise<void>;
}

interface Session {
  readonly warehouse: Warehouse;
  readonly connection: DuckDBConnection;
  /** A request that is sent again is answered, not done again. */
  readonly answers: Map<string, unknown>;
  /** Whether it may read views and nothing else: its user may do more, and that counts until the session does without. */
  isReader: boolean;
  readonly hasReadersRole: boolean;
  /** Requests that are being answered. */
  readonly asking: Set<string>;
}

interface QueryRequest {
  readonly sqlText: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly bindings?: Readonly<Record<string, { readonly type: string; readonly value: string | null }>>;
}

function boundValue({ type, value }: { readonly type: string; readonly value: string | null }): Asked['binds'][number] {
  if (value === null || type === 'TEXT') return value;
  if (type === 'BOOLEAN') return value === 'true';
  return type === 'FIXED' ? BigInt(value) : Number(value);
}

interface LoginRequest {
  readonly data: { readonly LOGIN_NAME: string; readonly AUTHENTICATOR: string; readonly TOKEN: string };
}

/** `publicKey`: PEM, of the only user. */
export async function createStandIn(user: string, publicKey: string): Promise<StandIn> {
  const stages = await mkdtemp(join(tmpdir(), 'tonearm-stages-'));
  const instance = await DuckDBInstance.create(':memory:', { threads: '1', memory_limit: '500MB' });
  const duckdb = await instance.connect();
  await duckdb.run("set TimeZone = 'UTC'");
  for (const macro of QUERY_MACROS) await duckdb.run(`create macro ${macro}`);
  const statements: string[] = [];
  const sent: string[] = [];
  const parts = new Map<string, string>();
  const sessions = new Map<string, Session>();
  const shared = nothingShared(stages);

  const login = async ({ data }: LoginRequest, url: URL): Promise<unknown> => {
    if (data.AUTHENTICATOR !== 'SNOWFLAKE_JWT' || !isSigned(data.TOKEN, user, createPublicKey(publicKey)))
      return failure('390144', 'JWT token is invalid.');
    const token = randomUUID();
    const connection = await instance.connect();
    const [database, schema] = [url.searchParams.get('databaseName'), url.searchParams.get('schemaName')];
    // Where they are not there yet, the session has none, and Snowflake says so in passing.
    if (database !== null) await connection.run(`set search_path = '${database}.${schema},memory.main'`).catch(() => undefined);
    const hasReadersRole = url.searchParams.get('roleName')?.endsWith('_READER') === true;
    const warehouse = createWarehouse(connection, shared);
    sessions.set(token, { connection, warehouse, answers: new Map(), isReader: false, hasReadersRole, asking: new Set() });
    const sessionInfo = { databaseName: null, schemaName: null, warehouseName: null, roleName: null };
    return {
      success: true,
      data: { token, masterToken: token, sessionId: sessions.size, parameters: parametersOf({}), serverVersion: '9', sessionInfo },
    };
  };

  const keep = (host: string, text: string): string => {
    const name = `/parts/${parts.size}`;
    parts.set(name, text);
    return `http://${host}${name}`;
  };
  const ask = async (
    session: Session,
    { sqlText, parameters = {}, bindings = {} }: QueryRequest,
    id: string,
    host: string,
  ): Promise<unknown> => {
    if (session.answers.has(id)) return session.answers.get(id);
    statements.push(sqlText);
    const binds = Object.values(bindings).map(boundValue);
    session.asking.add(id);
    const answer = await session.warehouse.run(sqlText, { isReader: session.isReader, binds }).then(
      (data) => ({
        success: true,
        data: { queryId: id, ...inParts(data, (text) => keep(host, text)), parameters: parametersOf(parameters) },
      }),
      (error: unknown) =>
        failure(String(Reflect.get(Object(error), 'code') ?? '001003'), error instanceof Error ? error.message : String(error)),
    );
    if (sqlText === 'USE SECONDARY ROLES NONE') session.isReader = session.hasReadersRole;
    session.asking.delete(id);
    session.answers.set(id, answer);
    return answer;
  };

  /** An interrupt is lost where it meets a statement that is just starting. */
  const stop = async (session: Session, id: string): Promise<unknown> => {
    while (session.asking.has(id)) {
      session.connection.interrupt();
      await sleep(10);
    }
    return { success: true };
  };

  const end = async (token: string): Promise<unknown> => {
    const session = sessions.get(token);
    sessions.delete(token);
    await session?.warehouse.end();
    session?.connection.closeSync();
    return { success: true };
  };

  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://here');
    const body = await bodyOf(request);
    sent.push(`${request.url} ${JSON.stringify(body)}`);
    const part = parts.get(url.pathname);
    if (part !== undefined) {
      response.end(part);
      return;
    }
    const token = /Token="([^"]+)"/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    const session = sessions.get(token);
    const answered = (): Promise<unknown> | unknown => {
      if (url.pathname === '/session/v1/login-request') return login(body as LoginRequest, url);
      if (url.pathname === '/telemetry/send') return { success: true };
      if (session === undefined) return failure('390104', 'no session');
      if (url.pathname === '/session' && url.searchParams.get('delete') === 'true') return end(token);
      if (url.pathname === '/queries/v1/query-request') {
        return ask(session, body as QueryRequest, url.searchParams.get('requestId') ?? '', request.headers.host ?? '');
      }
      if (url.pathname.endsWith('/abort-request')) {
        // By the id of the request, or of the query, which is the same here.
        return stop(session, (body as { readonly requestId?: string }).requestId ?? url.pathname.split('/').at(-2) ?? '');
      }
      return failure('000404', `nothing is at ${url.pathname}`);
    };
    const text = JSON.stringify(await answered());
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(text);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`,
    statements,
    sent,
    stages,
    duckdb,
    shared,
    enter: async () => createWarehouse(await instance.connect(), shared),
    forget: async () => {
      for (const token of [...sessions.keys()]) await end(token);
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      for (const token of [...sessions.keys()]) await end(token);
      duckdb.closeSync();
      instance.closeSync();
      await rm(stages, { recursive: true, force: true });
    },
  };
}

const failure = (code: string, message: string): unknown => ({
  success: false,
  code,
  message,
  data: { errorCode: code, sqlState: '42000', queryId: randomUUID() },
});

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const bytes = await buffer(request);
  const text = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString();
  return text === '' ? {} : JSON.parse(text);
}

/** As https://docs.snowflake.com/en/developer-guide/sql-api/authenticating has it: signed by the key, which it names. */
function isSigned(token: string, user: string, key: KeyObject): boolean {
  const [head = '', claims = '', signature = ''] = token.split('.');
  if (!verify('sha256', Buffer.from(`${head}.${claims}`), key, Buffer.from(signature, 'base64url'))) return false;
  const print = createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('base64');
  const { iss, sub, exp } = JSON.parse(Buffer.from(claims, 'base64url').toString());
  return iss === `${sub}.SHA256:${print}` && String(sub).endsWith(`.${user}`) && exp * 1000 > Date.now();
}
