import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Config } from '../config.ts';
import type { Clock } from '../kernel/clock.ts';
import { PipelineError } from '../kernel/errors.ts';
import { bucketOf } from '../kernel/lake-place.ts';
import { createFsStore } from '../landing/fs-store.ts';
import { TEMP_FOLDER } from '../landing/key.ts';
import { createCachedLocalFiles, createFsLocalFiles } from '../landing/local-files.ts';
import { createS3Store } from '../landing/s3-store.ts';
import type { Context } from './context.ts';

/** Where everything is kept. `keepCopies` where files of the lake are copied to this machine. */
export type Lake = Pick<Context, 'store' | 'files' | 'tempDir'> & Partial<Pick<Context, 'keepCopies'>>;

function bucketSettings({ bucket }: Config): NonNullable<Config['bucket']> {
  if (bucket !== undefined) return bucket;
  throw new PipelineError('a lake in a bucket has no folder on this machine', { code: 'internal' });
}

/** The folder of this machine that work on the lake needs: the lake itself, or that of a bucket's copies and of files on their way into it. */
export function groundOf(config: Config): string {
  if (bucketOf(config.lake) === null) return config.lake;
  const { cacheFolder, endpoint } = bucketSettings(config);
  const name = createHash('sha256')
    .update(`${endpoint ?? ''}\n${config.lake}`)
    .digest('hex');
  return join(cacheFolder, 'lakes', name.slice(0, 16));
}

/** The lake of the settings, in a folder or a bucket. Nothing is opened, made or asked yet. */
export function lakeOf(config: Config, clock: Clock): Lake {
  const place = bucketOf(config.lake);
  const ground = groundOf(config);
  const tempDir = join(ground, TEMP_FOLDER, 'work');
  if (place === null) return { store: createFsStore(ground), files: createFsLocalFiles(ground), tempDir };
  const { endpoint, region, pathStyle, cacheBytes } = bucketSettings(config);
  const store = createS3Store({ ...place, endpoint, region, pathStyle }, clock);
  const files = createCachedLocalFiles(store, join(ground, 'copies'), { clock, bytes: cacheBytes });
  return { store, files, tempDir, keepCopies: files.keepOnly };
}
