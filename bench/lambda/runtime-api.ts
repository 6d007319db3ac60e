/** The side of Lambda that a function's runtime speaks to. https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface Answer {
  /** From when the event was given until it was answered. */
  readonly ms: number;
  /** What the handler gave; of one that failed, its error. */
  readonly body: unknown;
  readonly isError: boolean;
}

export interface RunningFunction {
  /** From the start of the process until it asked for its first event. */
  readonly initMs: number;
  /** @param limitMs the time of the invocation */
  invoke(event: unknown, limitMs?: number): Promise<Answer>;
  /** The most memory that the system saw the process hold (Linux), in MB. */
  peakMb(): number;
  kill(): void;
  /** What it wrote: lines of its log. */
  output(): string;
}

export interface FunctionPlace {
  /** The unpacked bundle. */
  readonly folder: string;
  /** Program and arguments that run the runtime. */
  readonly runtime: readonly string[];
  readonly memoryMb: number;
  readonly env: Readonly<Record<string, string | undefined>>;
}

const BASE = '/2018-06-01/runtime';

interface Waiting {
  readonly id: string;
  readonly event: string;
  readonly deadline: number;
  readonly answered: (answer: Omit<Answer, 'ms'>) => void;
}

/** Starts the function and gives it to `work`; ends it afterwards. */
export async function withFunction<T>(place: FunctionPlace, work: (running: RunningFunction) => Promise<T>): Promise<T> {
  const events: Waiting[] = [];
  const underWay = new Map<string, Waiting>();
  let asking: ServerResponse | null = null;
  let ready: () => void = () => undefined;
  const isReady = new Promise<void>((resolve) => {
    ready = resolve;
  });

  function give(): void {
    const next = asking === null ? undefined : events.shift();
    if (asking === null || next === undefined) return;
    underWay.set(next.id, next);
    asking.writeHead(200, {
      'content-type': 'application/json',
      'lambda-runtime-aws-request-id': next.id,
      'lambda-runtime-deadline-ms': String(next.deadline),
      'lambda-runtime-invoked-function-arn': 'arn:aws:lambda:eu-central-1:000000000000:function:tonearm',
      'lambda-runtime-trace-id': 'Root=1-00000000-000000000000000000000000;Sampled=0',
    });
    asking.end(next.event);
    asking = null;
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, id = '', what = ''] = /\/invocation\/([^/]+)\/(\w+)$/.exec(request.url ?? '') ?? [];
    const body: unknown = JSON.parse((await text(request)) || 'null');
    response.writeHead(202).end('{}');
    underWay.get(id)?.answered({ body, isError: what === 'error' });
  }

  const server = createServer((request, response) => {
    if (request.url === `${BASE}/invocation/next`) {
      asking = response;
      ready();
      give();
    } else void answer(request, response);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const [program = '', ...args] = place.runtime;
  const started = performance.now();
  const child = spawn(program, args, {
    cwd: place.folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      ...place.env,
      AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${port}`,
      LAMBDA_TASK_ROOT: place.folder,
      _HANDLER: 'index.handler',
      AWS_LAMBDA_FUNCTION_NAME: 'tonearm',
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(place.memoryMb),
      AWS_LAMBDA_LOG_GROUP_NAME: 'tonearm',
      AWS_LAMBDA_LOG_STREAM_NAME: 'tonearm',
    },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
  }
  const ended = new Promise<never>((_, reject) => {
    child.once('error', reject);
    child.once('close', (status, signal) => reject(new Error(`the function ended with ${status ?? signal}: ${said.slice(-3_000)}`)));
  });
  ended.catch(() => undefined);
  try {
    await Promise.race([isReady, ended]);
    const initMs = performance.now() - started;
    let count = 0;
    const invoke = async (event: unknown, limitMs = 60_000): Promise<Answer> => {
      const from = performance.now();
      count += 1;
      const answered = new Promise<Omit<Answer, 'ms'>>((resolve) => {
        events.push({ id: `request-${count}`, event: JSON.stringify(event), deadline: Date.now() + limitMs, answered: resolve });
        give();
      });
      return { ...(await Promise.race([answered, ended])), ms: performance.now() - from };
    };
    const peakMb = (): number => Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
    return await work({ initMs, invoke, peakMb, kill: () => child.kill('SIGKILL'), output: () => said });
  } finally {
    child.kill('SIGKILL');
    server.closeAllConnections();
    server.close();
  }
}
