import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { RawObject } from '../landing/raw.ts';
import { readRawText } from '../landing/raw-reader.ts';
import type { HistoryStream } from '../source/export/history-contract.ts';
import { salvage } from '../source/export/salvage.ts';
import type { Mended, QuarantinedRecord } from '../transform/stage.ts';
import type { Context } from './context.ts';

/** The least effort: the copy is read once. */
const FAST = 1;

/**
 * A history with faults as a copy that can be read: every element at fault is null, so that the others keep their place, and the others are
 * cut down to the fields that are read. A function of the raw object alone; memory stays flat.
 *
 * Errors: `corrupt` where the object is gone or its gzip is damaged.
 */
export async function mendHistory(
  context: Pick<Context, 'store' | 'tempDir'>,
  raw: Pick<RawObject, 'key' | 'landedId'>,
  stream: HistoryStream,
): Promise<Mended> {
  const quarantined: QuarantinedRecord[] = [];
  const path = join(context.tempDir, `${raw.landedId}-mended.json.gz`);
  async function* elements(): AsyncGenerator<string> {
    let opening = '[\n';
    for await (const some of salvage(stream, readRawText(context.store, raw.key))) {
      if (some.length === 0) continue;
      for (const { item, faults } of some) quarantined.push(...faults.map((fault) => ({ line: 1, list: '', item, ...fault })));
      yield `${opening}${some.map(({ json }) => json).join(',\n')}`;
      opening = ',\n';
    }
    yield opening === '[\n' ? '[]\n' : '\n]\n';
  }
  await pipeline(Readable.from(elements()), createGzip({ level: FAST }), createWriteStream(path));
  return { path, quarantined };
}
