import type { Config } from '../config.ts';
import { PipelineError } from '../kernel/errors.ts';
import { type MessageQueue, queueNamed } from './message-queue.ts';

const QUEUES = ['stage', 'build'] as const;
export type RedrivenQueue = (typeof QUEUES)[number];

export interface Redriven {
  readonly queue: RedrivenQueue;
  readonly moved: number;
  /** Messages that are still there, about: some may be out of sight for a minute. */
  readonly left: number;
}

/** While it is moved; one that could not be moved is back after this. */
const HIDDEN_SECONDS = 60;
/** A long poll asks every machine that keeps a part of the queue: a short one may find nothing where something is. */
const WAIT_SECONDS = 2;

/** Dead letters to where they came from. Each is sent before it is deleted: a crash in between sends one twice, which does no harm. */
async function moved(from: MessageQueue, to: MessageQueue, signal: AbortSignal): Promise<number> {
  let count = 0;
  for (;;) {
    const messages = await from.receive({ hiddenSeconds: HIDDEN_SECONDS, waitSeconds: WAIT_SECONDS });
    if (messages.length === 0) return count;
    for (const message of messages) {
      signal.throwIfAborted();
      await to.send(message.body);
      await message.delete();
      count += 1;
    }
  }
}

/**
 * Gives the functions their dead letters again. What fails again comes back to the dead letters only after minutes, so this ends.
 * Errors: `config` without a section `aws` in the settings; `not_found` where nothing is deployed; those of a queue; `cancelled`.
 */
export async function redrive(
  { aws }: Pick<Config, 'aws'>,
  options: { readonly queue: RedrivenQueue | null; readonly isDryRun: boolean },
  signal: AbortSignal,
): Promise<readonly Redriven[]> {
  if (aws === undefined) {
    throw new PipelineError('the settings say nothing of AWS', {
      code: 'config',
      hint: 'Name the deployment whose dead letters are meant, `aws: {name: …, region: …}` in tonearm.yaml: docs/aws.md.',
    });
  }
  const redriven: Redriven[] = [];
  for (const queue of QUEUES.filter((one) => options.queue === null || options.queue === one)) {
    const name = `${aws.name}-${queue}`;
    const dead = await queueNamed(`${name}-dead`, aws.region);
    const count = options.isDryRun ? 0 : await moved(dead, await queueNamed(name, aws.region), signal);
    redriven.push({ queue, moved: count, left: await dead.count() });
  }
  return redriven;
}
