import { createServer, type ServerResponse } from 'node:http';
import { PipelineError } from '../kernel/errors.ts';
import { errnoOf } from '../landing/storage-error.ts';

/** What the browser shows once it has brought an answer. */
export interface Reply {
  readonly isGood: boolean;
  readonly text: string;
}

export interface Loopback {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Listens on a loopback address for the browser that Spotify sends back. Only this machine reaches it. `receive` is told each address below the
 * path of the redirect URI. Port 0 takes a free one.
 *
 * Errors: `config` where the port is taken or may not be used.
 */
export function listenForAnswer(address: URL, receive: (answer: URL) => Reply): Promise<Loopback> {
  const host = address.hostname.replace(/^\[|\]$/g, '');
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    const asked = URL.canParse(path, address.href) ? new URL(path, address.href) : null;
    if (request.method !== 'GET' || asked?.pathname !== address.pathname) return show(response, 404, 'Nothing is here.');
    const { isGood, text } = receive(asked);
    return show(response, isGood ? 200 : 400, text);
  });
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(cannotListen(error, address)));
    server.listen({ host, port: Number(address.port || 80) }, () => {
      const given = server.address();
      resolve({
        port: given !== null && typeof given === 'object' ? given.port : Number(address.port),
        close: () =>
          new Promise((done) => {
            server.close(() => done());
            server.closeIdleConnections();
          }),
      });
    });
  });
}

function cannotListen(error: unknown, address: URL): PipelineError {
  const code = errnoOf(error);
  const why =
    code === 'EADDRINUSE'
      ? 'another program has this port'
      : code === 'EACCES'
        ? 'this user may not use that port'
        : (code ?? String(error));
  return new PipelineError(`cannot listen on ${address.host} for Spotify's answer: ${why}`, {
    code: 'config',
    hint: 'Take another port with --port, or --paste, which needs none.',
    cause: error,
  });
}

function show(response: ServerResponse, status: number, text: string): void {
  const html = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Tonearm</title>
<style>:root { color-scheme: light dark; font: 1.125rem/1.5 system-ui, sans-serif } main { max-width: 34rem; margin: 15vh auto; padding: 0 1rem }</style></head>
<body><main><h1>Tonearm</h1><p>${text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)}</p></main></body>
</html>
`;
  // The address holds the code: it stays out of caches, and out of what the page could pass on.
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    connection: 'close',
  });
  response.end(html);
}
