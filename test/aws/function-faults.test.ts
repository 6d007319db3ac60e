import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterEach, expect, it } from 'vitest';
import { CLIENT_ID } from '../../simulator/http/tokens.ts';
import { createSystemClock } from '../../src/kernel/clock.ts';
import { createBuild } from '../../src/surfaces/lambda/build.ts';
import { createExtract } from '../../src/surfaces/lambda/extract.ts';
import { createStage } from '../../src/surfaces/lambda/stage.ts';
import { dataSums, expectWholeCatalog, expectWholeRaw } from '../lake-facts.ts';
import { never } from '../sample-account.ts';
import { type Deployment, deploy, invocation, NAME } from './functions.ts';
import { describeWithS3, type Moto } from './moto.ts';
import { type Fault, throughProxy } from './proxy.ts';

const EVENT = { account: 'ada' };
const DAY_MS = 24 * 60 * 60 * 1000;

/** An S3 that is overloaded now and then. */
function overloaded(): Fault {
  let count = 0;
  return (_, answer, forward) => {
    count += 1;
    if (count % 29 !== 0) return forward();
    answer.writeHead(503, { 'content-type': 'application/xml' });
    answer.end('<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>');
  };
}

/** What is left of a function's time when a minute is kept for its end. */
const shortly = (ms: number) => invocation(60_000 + ms);

describeWithS3('the functions in trouble', (moto: () => Moto) => {
  let deployed: Deployment | null = null;
  afterEach(async () => {
    await deployed?.remove();
  });

  it('go on where their time was over, and make right tables under 503s, clocks that differ, secrets changed in mid-run and two builders at once', {
    timeout: 90_000,
  }, async () => {
    const d = await deploy(moto());
    deployed = d;
    expect(await createExtract(await d.world('nobody'))(EVENT, invocation())).toMatchObject({ outcome: 'login_needed' });
    await d.logIn();

    // Every request takes so long that the time is over in the middle.
    const slow: typeof fetch = async (input, init) => {
      await createSystemClock().sleep(60, never);
      return d.simulator.app.fetch(new Request(input, init));
    };
    const inHaste = createExtract(await d.world('in-haste', { fetch: slow }));
    expect(await inHaste(EVENT, shortly(200))).toMatchObject({ outcome: 'continues', problems: [{ code: 'cancelled' }] });

    // A person logs in anew while a function reads, and the secret of the app is changed.
    const secrets = new SecretsManagerClient({});
    let isChanged = false;
    const changing: typeof fetch = async (input, init) => {
      const request = new Request(input, init);
      if (!isChanged && request.url.includes('/v1/')) {
        isChanged = true;
        await d.logIn();
        const app = JSON.stringify({ client_id: CLIENT_ID, client_secret: 'another' });
        await secrets.send(new PutSecretValueCommand({ SecretId: `tonearm/${NAME}/app`, SecretString: app }));
      }
      return d.simulator.app.fetch(request);
    };
    await throughProxy(d.endpoint, overloaded(), async (endpoint) => {
      const extract = createExtract(await d.world('extract', { fetch: changing, endpoint, minutesAhead: -90 }));
      expect(await extract(EVENT, invocation())).toMatchObject({ outcome: 'done', problems: [] });
      expect(isChanged).toBe(true);
      d.clock.advance(DAY_MS);
      expect(await extract(EVENT, invocation())).toMatchObject({ outcome: 'done', problems: [] });
      secrets.destroy();

      // A message past its visibility is with two functions at once.
      const stages = [createStage(await d.world('stage-1', { endpoint })), createStage(await d.world('stage-2'))];
      await d.deliver('stage', async (event) => {
        const [one] = await Promise.all(stages.map((stage) => stage(event, invocation())));
        return one ?? { batchItemFailures: [] };
      });
      expect([await d.waiting('stage'), await d.waiting('stage-dead')]).toEqual([0, 0]);

      // By the clock of the second one the lease of the first is long over.
      const builds = [createBuild(await d.world('build-1', { endpoint })), createBuild(await d.world('build-2', { minutesAhead: 240 }))];
      await d.deliver('build', async (event) => {
        const [one] = await Promise.all(builds.map((build) => build(event, invocation())));
        return one ?? { batchItemFailures: [] };
      });
    });
    expect([await d.waiting('build'), await d.waiting('build-dead')]).toEqual([0, 0]);
    const app = await d.laptop();
    await expectWholeCatalog(app);
    expect(await expectWholeRaw(app)).toBeGreaterThan(3);
    const found = await dataSums(app);
    expect((await app.rebuild(never)).outcomes).toEqual([]);
    expect(await dataSums(app)).toEqual(found);
  });
});
