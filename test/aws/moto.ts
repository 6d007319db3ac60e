/** AWS on this machine for tests: started by the first file of a worker that asks for it, and ended with the run (`test/temp-folder.mjs`). */
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, type SuiteFactory } from 'vitest';
import { isMissing, LOGIN, type Moto, PROGRAM, START_MS, startMoto } from './moto-server.ts';

export { type Moto, SECRET } from './moto-server.ts';

const isAbsent = await isMissing();
if (isAbsent && process.env.CI !== undefined) throw new Error(`${PROGRAM} is not on the PATH: pip install "moto[server]"`);

/** Files of a worker share its modules, and so this one. */
let started: Promise<Moto> | null = null;

async function start(): Promise<Moto> {
  const { moto, pid } = await startMoto();
  if (pid !== null) writeFileSync(join(tmpdir(), `${pid}.process-group`), '');
  return moto;
}

/** Tests against an S3 of their own; left out, by name, on a machine that has no moto_server. Under CI its absence is a failure. */
export function describeWithS3(name: string, tests: (moto: () => Moto) => ReturnType<SuiteFactory>): void {
  if (isAbsent) {
    describe.skip(`${name} (skipped: needs ${PROGRAM})`, () => tests(() => raise()));
    return;
  }
  describe(name, () => {
    let moto: Moto | null = null;
    beforeAll(async () => {
      started ??= start();
      moto = await started;
      Object.assign(process.env, LOGIN);
    }, START_MS * 2);
    return tests(() => moto ?? raise());
  });
}

function raise(): never {
  throw new Error(`${PROGRAM} is not running`);
}
