import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { PipelineError } from '../../kernel/errors.ts';
import { createServerApp, type ServerSettings } from './app.ts';
import { createDesk, type DeskOptions } from './desk.ts';
import { keepSchedule } from './jobs.ts';

export interface ServeOptions extends DeskOptions, Omit<ServerSettings, 'port'> {
  /** 0: any that is free. */
  readonly port: number;
  readonly host: string;
  /** Told the address once it is there. */
  readonly onListening: (url: string) => void;
}

/** Uploads take their time; everything else is read long before. */
const REQUEST_MS = 16 * 60_000;
const HEADERS_MS = 20_000;
const MOST_CONNECTIONS = 500;

/**
 * Serves the dashboard until the signal fires: then nothing new is taken, what is at work is ended in order, and pages are told to come back.
 * Errors: `config` where the port is taken or the address is not this machine's.
 */
export async function serve({ port, host, onListening, ...options }: ServeOptions, signal: AbortSignal): Promise<void> {
  const desk = await createDesk(options);
  let server: Server | null = null;
  try {
    server = await listening(host, port, (own) => createServerApp(desk, { ...options, port: own }).fetch);
    server.on('error', (error) => desk.log.error('a connection could not be taken', { cause: String(error) }));
    const schedule = keepSchedule(desk, signal).catch((error: unknown) => {
      desk.log.error('the schedule has ended', { cause: String(error) });
    });
    onListening(urlOf(host, server));
    await fired(signal);
    server.close();
    await schedule;
  } finally {
    await desk.close();
    server?.closeAllConnections();
  }
}

type Fetch = Parameters<typeof createAdaptorServer>[0]['fetch'];

/** The port is in the names that the server takes, and known only once it listens. */
function listening(hostname: string, port: number, fetchOf: (port: number) => Fetch): Promise<Server> {
  let answer: Fetch | null = null;
  const server = createAdaptorServer({
    fetch: (request, env) => (answer === null ? new Response(null, { status: 503 }) : answer(request, env)),
    hostname,
    // What a server changes of its process, a test of another one would meet.
    overrideGlobalObjects: false,
    serverOptions: { requestTimeout: REQUEST_MS, headersTimeout: HEADERS_MS },
  }) as Server;
  server.maxConnections = MOST_CONNECTIONS;
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => reject(notListening(hostname, port, cause)));
    server.listen(port, hostname, () => {
      answer = fetchOf((server.address() as AddressInfo).port);
      resolve(server);
    });
  });
}

function notListening(host: string, port: number, cause: NodeJS.ErrnoException): PipelineError {
  const hints: Readonly<Record<string, string>> = {
    EADDRINUSE: 'Something listens there already, perhaps another `tonearm serve`: open its page, or choose another port with --port.',
    EACCES: 'A port below 1024 needs more rights: choose another with --port.',
    EADDRNOTAVAIL: 'That is no address of this machine: see --host.',
    ENOTFOUND: 'That is no address of this machine: see --host.',
  };
  const hint = hints[cause.code ?? ''] ?? 'Choose another port with --port, or another address with --host.';
  return new PipelineError(`cannot listen on ${host}:${port}`, { code: 'config', hint, cause });
}

function urlOf(host: string, server: Server): string {
  const { port } = server.address() as AddressInfo;
  // All addresses are no address that a browser could open.
  const shown = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `http://${shown.includes(':') ? `[${shown}]` : shown}:${port}/`;
}

const fired = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
