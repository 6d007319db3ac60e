import type { AddressInfo } from 'node:net';
import { serve as listen } from '@hono/node-server';
import { PipelineError } from '../src/kernel/errors.ts';
import type { Simulator } from './simulator.ts';

export interface SimulatorServer {
  /** Such as `http://127.0.0.1:41234`: the accounts service; the Web API is `/v1` below it. */
  readonly url: string;
  close(): Promise<void>;
}

/** Puts a simulator on loopback. Port 0 takes a free one. Throws `config` when the port is taken. */
export function serve(simulator: Simulator, options: { readonly port: number; readonly host?: string }): Promise<SimulatorServer> {
  const hostname = options.host ?? '127.0.0.1';
  return new Promise((resolve, reject) => {
    const server = listen({ fetch: (request) => simulator.app.fetch(request), port: options.port, hostname }, (info: AddressInfo) => {
      resolve({
        url: `http://${hostname}:${info.port}`,
        close: () =>
          new Promise((done, fail) => {
            server.close((error) => (error === undefined ? done() : fail(error)));
            if ('closeAllConnections' in server) server.closeAllConnections();
          }),
      });
    });
    server.once('error', (cause) => {
      reject(
        new PipelineError(`the simulator cannot listen on ${hostname}:${options.port}`, {
          code: 'config',
          hint: 'choose another port, or 0 for any free one',
          cause,
        }),
      );
    });
  });
}
