/** AWS on this machine for tests: started by the test file that asks for it and ended with it. */
import { afterAll, beforeAll, describe, type SuiteFactory } from 'vitest';
import { isMissing, type Moto, PROGRAM, START_MS, startMoto } from './moto-server.ts';

export { type Moto, SECRET } from './moto-server.ts';

const isAbsent = await isMissing();
if (isAbsent && process.env.CI !== undefined) throw new Error(`${PROGRAM} is not on the PATH: pip install "moto[server]"`);

/** Tests against an S3 of their own; left out, by name, on a machine that has no moto_server. Under CI its absence is a failure. */
export function describeWithS3(name: string, tests: (moto: () => Moto) => ReturnType<SuiteFactory>): void {
  if (isAbsent) {
    describe.skip(`${name} (skipped: needs ${PROGRAM})`, () => tests(() => raise()));
    return;
  }
  describe(name, () => {
    let running: Awaited<ReturnType<typeof startMoto>> | null = null;
    beforeAll(async () => {
      running = await startMoto();
    }, START_MS * 2);
    afterAll(() => running?.stop());
    return tests(() => running?.moto ?? raise());
  });
}

function raise(): never {
  throw new Error(`${PROGRAM} is not running`);
}
