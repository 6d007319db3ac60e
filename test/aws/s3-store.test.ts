import { randomBytes } from 'node:crypto';
import { access, writeFile } from 'node:fs/promises';
import { type IncomingMessage, request, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { GetBucketVersioningCommand, ListObjectVersionsCommand, PutBucketVersioningCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { expect, it } from 'vitest';
import { createSystemClock } from '../../src/kernel/clock.ts';
import { PipelineError } from '../../src/kernel/errors.ts';
import { readBytes, readText } from '../../src/landing/object-bytes.ts';
import { objectStoreContract } from '../../src/landing/object-store.contract.ts';
import type { ObjectStore } from '../../src/landing/object-store.ts';
import { createS3Store, type S3Place } from '../../src/landing/s3-store.ts';
import { newFolder } from '../sample-account.ts';
import { describeWithS3, type Moto, SECRET } from './moto.ts';
import { type Fault, throughProxy as withProxy } from './proxy.ts';

const clock = createSystemClock();
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

async function keysOf(store: ObjectStore, prefix = '', after?: string): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const { key } of store.list(prefix, after)) keys.push(key);
  return keys;
}

const throughProxy = <T>(place: S3Place, fault: Fault, work: (store: ObjectStore) => Promise<T>, attempts?: number): Promise<T> =>
  withProxy(place.endpoint ?? '', fault, (endpoint) => work(createS3Store({ ...place, endpoint }, clock, attempts)));

const slowDown = (answer: ServerResponse): void => {
  answer.writeHead(503, { 'content-type': 'application/xml' });
  answer.end('<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>');
};

/** Performs what is asked for, and loses the answer. */
function loseAnswer(place: S3Place, incoming: IncomingMessage, answer: ServerResponse): void {
  const target = new URL(place.endpoint ?? '');
  const { method, headers, url } = incoming;
  const onward = request({ host: target.hostname, port: target.port, method, headers, path: url }, (got) => {
    got.resume().once('end', () => answer.destroy());
  });
  incoming.pipe(onward);
}

describeWithS3('a store in a bucket', (moto: () => Moto) => {
  objectStoreContract('bucket', () => moto().store());
  objectStoreContract('part of a bucket', async () => createS3Store({ ...(await moto().bucket()), prefix: 'some/where' }, clock));

  it('lists more than a page, from anywhere', async () => {
    const store = await moto().store();
    const keys = Array.from({ length: 1_003 }, (_, n) => `x/${String(n).padStart(5, '0')}`);
    for (let start = 0; start < keys.length; start += 50) {
      await Promise.all(keys.slice(start, start + 50).map((key) => store.put(key, bytes('x'))));
    }
    expect(await keysOf(store)).toEqual(keys);
    expect(await keysOf(store, 'x/', keys[1])).toEqual(keys.slice(2));
    await store.remove(keys);
    expect(await keysOf(store)).toEqual([]);
  });

  it('sees nothing of what lies beside its prefix, nor what cannot be a key', async () => {
    const place = await moto().bucket();
    const whole = createS3Store(place, clock);
    const part = createS3Store({ ...place, prefix: 'mine' }, clock);
    await whole.put('mine2/a', bytes('x'));
    await part.put('a', bytes('y'));
    for (const Key of ['mine/', 'mine/Upper', 'mine/folder/']) {
      await moto().client.send(new PutObjectCommand({ Bucket: place.bucket, Key, Body: Buffer.from('x') }));
    }
    expect(await keysOf(part)).toEqual(['a']);
    expect(await keysOf(whole)).toEqual(['mine/a', 'mine2/a']);
  });

  it('uploads a file in parts, once, and keeps the file that lost', async () => {
    const store = await moto().store();
    const folder = newFolder();
    const body = randomBytes(40_000_000);
    const [first, second] = [join(folder, 'first'), join(folder, 'second')];
    for (const path of [first, second]) await writeFile(path, body);
    expect(await store.create('large', { file: first })).toBe(true);
    expect(await store.create('large', { file: second })).toBe(false);
    expect((await readBytes(store, 'large'))?.equals(body)).toBe(true);
    await expect(access(first)).rejects.toThrow('ENOENT');
    await access(second);
  });

  it('removes every version where the bucket keeps them', async () => {
    const place = await moto().bucket();
    const Bucket = place.bucket;
    await moto().client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
    expect((await moto().client.send(new GetBucketVersioningCommand({ Bucket }))).Status).toBe('Enabled');
    const store = createS3Store(place, clock);
    for (const text of ['one', 'two', 'three']) await store.put('a', bytes(text));
    await store.put('ab', bytes('stays'));
    await store.remove(['a']);
    const left = await moto().client.send(new ListObjectVersionsCommand({ Bucket }));
    expect((left.Versions ?? []).map(({ Key }) => Key)).toEqual(['ab']);
    expect(left.DeleteMarkers ?? []).toEqual([]);
    expect(await store.create('a', bytes('again'))).toBe(true);
  });

  it('goes on through 503s, every second answer', async () => {
    const place = await moto().bucket();
    let count = 0;
    const every2nd: Fault = (_, answer, forward) => {
      count += 1;
      if (count % 2 === 1) slowDown(answer);
      else forward();
    };
    await throughProxy(place, every2nd, async (store) => {
      expect(await store.create('a', bytes('x'))).toBe(true);
      expect(await store.create('a', bytes('y'))).toBe(false);
      await store.put('b', randomBytes(20_000_000));
      expect(await keysOf(store)).toEqual(['a', 'b']);
      await store.remove(['b']);
      expect(await readText(store, 'a')).toBe('x');
    });
    expect(count).toBeGreaterThan(12);
  });

  it('gives up with `storage`, worth another try, where 503s do not end', async () => {
    const place = await moto().bucket();
    const ill = { code: 'storage', retryable: true, message: expect.stringContaining('SlowDown') };
    await throughProxy(
      place,
      (_, answer) => slowDown(answer),
      async (store) => {
        await expect(store.open('a')).rejects.toMatchObject(ill);
        await expect(store.create('a', bytes('x'))).rejects.toMatchObject(ill);
      },
      2,
    );
  });

  it.each([
    ['one request', 100],
    ['parts', 17_000_000],
  ])('knows a create as its own whose answer was lost: %s', async (_, size) => {
    const place = await moto().bucket();
    let isLost = false;
    const lose: Fault = (incoming, answer, forward) => {
      const isLast = size > 1_000 ? incoming.method === 'POST' && /uploadId=/.test(incoming.url ?? '') : incoming.method === 'PUT';
      if (!isLast || isLost) return forward();
      isLost = true;
      loseAnswer(place, incoming, answer);
    };
    const body = randomBytes(size);
    await throughProxy(place, lose, async (store) => {
      expect(await store.create('a', body)).toBe(true);
      expect(await store.create('a', body)).toBe(false);
    });
    expect(isLost).toBe(true);
    expect((await readBytes(createS3Store(place, clock), 'a'))?.equals(body)).toBe(true);
  });

  it('tries again where a write of the key was under way', async () => {
    const place = await moto().bucket();
    let isFirst = true;
    const conflict: Fault = (incoming, answer, forward) => {
      if (incoming.method !== 'PUT' || !isFirst) return forward();
      isFirst = false;
      answer.writeHead(409, { 'content-type': 'application/xml' });
      answer.end('<Error><Code>ConditionalRequestConflict</Code><Message>conflict</Message></Error>');
    };
    await throughProxy(place, conflict, async (store) => expect(await store.create('a', bytes('x'))).toBe(true));
  });

  it('reads on where a body broke off', async () => {
    const place = await moto().bucket();
    const body = randomBytes(3_000_000);
    await createS3Store(place, clock).put('a', body);
    const target = new URL(place.endpoint ?? '');
    let broken = 0;
    const cut: Fault = ({ method, headers, url }, answer) => {
      request({ host: target.hostname, port: target.port, method, headers, path: url }, (got) => {
        answer.writeHead(got.statusCode ?? 500, got.headers);
        if (broken >= 2) return got.pipe(answer);
        broken += 1;
        got.once('data', (chunk: Buffer) => answer.write(chunk, () => answer.destroy()));
        return got;
      }).end();
    };
    await throughProxy(place, cut, async (store) => {
      expect((await readBytes(store, 'a'))?.equals(body)).toBe(true);
    });
    expect(broken).toBe(2);
  });

  it('says what to do about an absent bucket, wrong rights and no network, and tells no secret', async () => {
    const place = await moto().bucket();
    const absent = createS3Store({ ...place, bucket: 'no-such-bucket' }, clock);
    await expect(absent.open('a')).rejects.toMatchObject({ code: 'config', hint: expect.stringContaining('--lake') });
    await expect(absent.put('a', bytes('x'))).rejects.toMatchObject({
      code: 'config',
      message: expect.stringContaining('s3://no-such-bucket/a'),
    });
    const refuse: Fault = (_, answer) => {
      answer.writeHead(403, { 'content-type': 'application/xml' });
      answer.end('<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>');
    };
    const error = await throughProxy(place, refuse, (store) => store.put('a', bytes('x')).catch((thrown: unknown) => thrown));
    expect(error).toBeInstanceOf(PipelineError);
    expect(error).toMatchObject({ code: 'config', hint: expect.stringContaining('s3:PutObject') });
    const { message, hint, cause } = error as PipelineError;
    expect(`${message} ${hint} ${JSON.stringify(cause)} ${String(cause)}`).not.toContain(SECRET);
    const nobody = createS3Store({ ...place, endpoint: 'http://127.0.0.1:9' }, clock, 2);
    await expect(nobody.open('a')).rejects.toMatchObject({ code: 'network', retryable: true });
  });
});
