import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import { z } from 'zod';
import { asPipelineError, PipelineError } from '../../kernel/errors.ts';
import { bucketOf } from '../../kernel/lake-place.ts';
import { createLander, type Lander } from '../../pipeline/lander.ts';
import { createMessageQueue, type MessageQueue } from '../../pipeline/message-queue.ts';
import { METRICS } from './functions.ts';
import { effectsOf, functionSettings } from './settings.ts';
import { beforeTheEnd, type Invocation, processWorld, required, type World } from './world.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html */
const Told = z.union([
  z.object({ Event: z.literal('s3:TestEvent') }),
  z.object({
    Records: z.array(z.object({ s3: z.object({ bucket: z.object({ name: z.string() }), object: z.object({ key: z.string() }) }) })).min(1),
  }),
]);

type BatchEvent = Parameters<typeof processPartialResponse>[0];
type BatchAnswer = Awaited<ReturnType<typeof processPartialResponse>>;

const MARGIN_MS = 5_000;
const STORAGE_MB = 512;

interface Place {
  readonly bucket: string;
  /** Ends with `/`, or is empty. */
  readonly prefix: string;
}

interface Opened {
  readonly lander: Lander;
  readonly place: Place;
  readonly queue: MessageQueue;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** Keys of raw, as the lake calls them, that a message tells of. Errors: `bad_input` for what is no message of S3 or of another place. */
function keysOf(body: string, { bucket, prefix }: Place): readonly string[] {
  const told = Told.safeParse(json(body));
  if (!told.success) {
    throw new PipelineError('the message is no notification of S3', { code: 'bad_input', hint: 'Only the bucket may send to this queue.' });
  }
  if ('Event' in told.data) return [];
  return told.data.Records.map(({ s3 }) => {
    const key = decodeURIComponent(s3.object.key.replaceAll('+', ' '));
    if (s3.bucket.name === bucket && key.startsWith(`${prefix}raw/`)) return key.slice(prefix.length);
    throw new PipelineError(`s3://${s3.bucket.name}/${key} is no raw object of this lake`, {
      code: 'bad_input',
      hint: 'See which bucket and prefix notify this queue.',
    });
  });
}

/** `handler` of the function that looks at what was landed, in the given world: whatever is sound goes on to the build, once or more often. */
export function createStage(world: World): (event: BatchEvent, invocation: Invocation) => Promise<BatchAnswer> {
  const { log, metrics } = world;
  const processor = new BatchProcessor(EventType.SQS);
  let opened: Promise<Opened> | null = null;

  async function open(): Promise<Opened> {
    const settings = await functionSettings(world, { storageMb: STORAGE_MB });
    const { bucket, prefix } = bucketOf(settings.lake) ?? { bucket: '', prefix: '' };
    const place = { bucket, prefix: prefix === '' ? '' : `${prefix}/` };
    const queue = createMessageQueue(required(world, 'TONEARM_BUILD_QUEUE_URL'), null);
    return { lander: createLander(settings, effectsOf(world)), place, queue };
  }

  async function stage({ lander, place, queue }: Opened, body: string, signal: AbortSignal): Promise<void> {
    for (const rawKey of keysOf(body, place)) {
      const { outcome, bytes, faults } = await lander.stage(rawKey, signal);
      log.info(outcome === 'sound' ? 'sound' : 'it was removed since', { rawKey, bytes, faults });
      if (outcome === 'gone') continue;
      await queue.send(JSON.stringify({ rawKey }));
      metrics.count(METRICS.staged, 1);
    }
  }

  return async (event, invocation) => {
    opened ??= open();
    const here = await opened.catch((error: unknown) => {
      opened = null;
      throw error;
    });
    const told = async ({ body, messageId }: { body: string; messageId: string }, signal: AbortSignal): Promise<void> => {
      try {
        await stage(here, body, signal);
      } catch (error) {
        const { code } = asPipelineError(error);
        if (code === 'corrupt' || code === 'bad_input') metrics.count(METRICS.damaged, 1);
        log.error('a message could not be taken', { messageId, error });
        throw error;
      }
    };
    try {
      return await beforeTheEnd(world, invocation, MARGIN_MS, (signal) =>
        processPartialResponse(event, (record: { body: string; messageId: string }) => told(record, signal), processor, {
          throwOnFullBatchFailure: false,
        }),
      );
    } finally {
      metrics.flush();
    }
  };
}

export const handler = createStage(processWorld('stage'));
