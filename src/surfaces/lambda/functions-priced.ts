import type { FunctionSizes } from '../../pipeline/deploy/cost.ts';
import { FUNCTIONS, type FunctionName, METRICS } from './functions.ts';

/** Of `/tmp`, what every function has and nobody pays for. https://docs.aws.amazon.com/lambda/latest/dg/configuration-ephemeral-storage.html */
const FREE_STORAGE_MB = 512;

/** What of the functions has a price, from their declaration. */
export function functionSizes(): FunctionSizes {
  const needsOf = (name: FunctionName) => FUNCTIONS.find((one) => one.name === name);
  const gb = (name: FunctionName): number => (needsOf(name)?.memoryMb ?? 0) / 1024;
  return {
    extractGb: gb('extract'),
    stageGb: gb('stage'),
    buildGb: gb('build'),
    buildStorageGb: Math.max(0, (needsOf('build')?.storageMb ?? 0) - FREE_STORAGE_MB) / 1024,
    metrics: Object.keys(METRICS).length - 1,
  };
}
