/** A way to a server that is ill as a test wants it. */
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';

/** What happens to a request on its way; `forward` lets it through, and the answer back. */
export type Fault = (incoming: IncomingMessage, answer: ServerResponse, forward: () => void) => void;

export async function throughProxy<T>(to: string, fault: Fault, work: (endpoint: string) => Promise<T>): Promise<T> {
  const { hostname, port } = new URL(to);
  const server = createServer((incoming, answer) => {
    const { method, headers, url } = incoming;
    fault(incoming, answer, () => {
      const onward = request({ hostname, port, method, headers, path: url }, (got) => {
        answer.writeHead(got.statusCode ?? 500, got.headers);
        got.pipe(answer);
      });
      onward.on('error', () => answer.destroy());
      incoming.pipe(onward);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  try {
    return await work(`http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => {
      server.close(resolve);
    });
  }
}
