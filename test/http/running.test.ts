import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../../src/pipeline/wiring.ts';
import type { ErrorAnswer, LiveEvents, PipelineAnswer, RunLive, StartedAnswer, UploadAnswer } from '../../src/surfaces/http/answers.ts';
import { never } from '../sample-account.ts';
import { type ServerWorld, serverWorld } from './world.ts';

let world: ServerWorld;
beforeAll(async () => {
  world = await serverWorld();
});
afterAll(() => world.close());

const JSON_BODY = { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } };
const live = async (): Promise<RunLive | null> => (await world.json<PipelineAnswer>('/api/pipeline')).run;

async function ended(id: string): Promise<RunLive> {
  const heard = await heardSince(null, new RegExp(`"id":"${id}".*"state":"(?!running)`));
  return heard.findLast(({ name }) => name === 'run')?.data as RunLive;
}
const refusal = async (response: Response) => ({ status: response.status, ...((await response.json()) as ErrorAnswer).error });

interface Heard {
  readonly id: number;
  readonly name: string;
  readonly data: unknown;
}

/** What a page hears that heard this id last, or nothing yet. */
async function heardSince(id: number | null, last: RegExp): Promise<readonly Heard[]> {
  const end = new AbortController();
  const headers = id === null ? {} : { 'last-event-id': String(id) };
  const response = await world.ask('/api/events', { headers, signal: end.signal });
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk);
    if (last.test(text) && text.endsWith('\n\n')) break;
  }
  end.abort();
  return text
    .split('\n\n')
    .filter((one) => one.startsWith('id: '))
    .map((one) => {
      const [, at, name = '', data = ''] = /^id: (\d+)\nevent: (\w+)\ndata: (.*)$/.exec(one) ?? [];
      return { id: Number(at), name, data: JSON.parse(data) };
    });
}

const aborted = async (signal: AbortSignal): Promise<void> => {
  if (!signal.aborted) await once(signal, 'abort');
};

const history = (tracks: readonly number[]): string =>
  JSON.stringify(
    tracks.map((n) => ({
      ts: `2024-05-0${(n % 9) + 1}T10:00:00Z`,
      ms_played: 200_000,
      master_metadata_track_name: `Song ${n}`,
      spotify_track_uri: `spotify:track:${String(n).padStart(22, '0')}`,
    })),
  );
const upload = (body: string, query = 'name=Streaming_History_Audio_2024_0.json'): Promise<Response> =>
  world.ask(`/api/imports?${query}`, { method: 'POST', body, headers: { 'content-type': 'application/octet-stream' } });
const uploads = (): readonly string[] => world.uploads();

describe('a run', () => {
  it('is started by a page, told as it goes on, and seen again by a page that was away', async () => {
    const [hello] = await heardSince(null, /event: ping/);
    expect(hello?.name).toBe('ping');
    const started = await world.ask('/api/runs', JSON_BODY);
    expect(started.status).toBe(202);
    const { id } = (await started.json()) as StartedAnswer;
    expect(await refusal(await world.ask('/api/runs', JSON_BODY))).toMatchObject({ status: 409, code: 'lease_held' });
    const done = await ended(id);
    expect(done).toMatchObject({ verb: 'run', state: 'done', isDryRun: false, waiting: null, error: null, summary: { outcome: 'done' } });
    expect(done.steps.map(({ step, account }) => `${account}/${step}`)).toContain('ada/recently_played');
    const heard = await heardSince(hello?.id ?? 0, /"state":"done"/);
    expect(heard.map(({ id: at }) => at)).toEqual(heard.map(({ id: at }) => at).toSorted((one, other) => one - other));
    const runs = heard.filter(({ name }) => name === 'run').map(({ data }) => data as LiveEvents['run']);
    expect(runs.map(({ state }) => state)).toEqual(expect.arrayContaining(['running', 'done']));
    expect(JSON.stringify(runs)).not.toContain(world.sample.config.lake);
    // One that is opened later hears how it ended.
    expect((await heardSince(null, /event: ping/))[0]).toMatchObject({ name: 'run', data: { id, state: 'done' } });
  });

  it('is refused while another process holds the lease, and cannot be cancelled where there is none', async () => {
    const { config, effects } = world.sample;
    const [gate, asked] = [new AbortController(), new AbortController()];
    const waiting: typeof fetch = async (input, init) => {
      asked.abort();
      await aborted(gate.signal);
      return effects.fetch(input, init);
    };
    const elsewhere = createApp(config, { ...effects, fetch: waiting }).run({ accounts: [], streams: ['saved_tracks'] }, never);
    await aborted(asked.signal);
    const refused = await refusal(await world.ask('/api/quarantine/replay', JSON_BODY));
    expect(refused).toMatchObject({ status: 409, code: 'lease_held' });
    expect((await live())?.verb).not.toBe('replay');
    gate.abort();
    await elsewhere;
    const nothing = await world.ask('/api/runs/current', { method: 'DELETE' });
    expect(await refusal(nothing)).toMatchObject({ status: 404, message: 'nothing is at work' });
  });

  it('ends as Ctrl-C ends it when it is cancelled', async () => {
    const { id } = await world.json<StartedAnswer>('/api/quarantine/replay', JSON_BODY);
    expect((await world.ask('/api/runs/current', { method: 'DELETE' })).status).toBe(204);
    expect((await ended(id)).state).toBe('cancelled');
    expect((await world.ask('/health/ready')).status).toBe(200);
  });
});

describe('an import', () => {
  it('shows first what it would do, then does it, and leaves nothing of the upload', async () => {
    const response = await upload(history([1, 2, 3]));
    expect(response.status).toBe(201);
    const { id, summary } = (await response.json()) as UploadAnswer;
    expect(summary).toMatchObject({ isDryRun: true, verb: 'import', total: { read: 3, kept: 3 } });
    expect(uploads()).toHaveLength(1);
    const plays = async (): Promise<number> =>
      (await world.json<PipelineAnswer>('/api/pipeline')).status.tables.find(({ table }) => table === 'plays')?.rows ?? 0;
    const before = await plays();
    const { id: run } = await world.json<StartedAnswer>(`/api/imports/${id}`, JSON_BODY);
    expect(await ended(run)).toMatchObject({ verb: 'import', isDryRun: false, state: 'done', summary: { total: { kept: 3 } } });
    expect(await plays()).toBe(before + 3);
    expect(uploads()).toEqual([]);
    expect((await world.ask(`/api/imports/${id}`, JSON_BODY)).status).toBe(404);
  });

  it('is forgotten when a person says so', async () => {
    const first = (await (await upload(history([4]))).json()) as UploadAnswer;
    expect((await world.ask(`/api/imports/${first.id}`, { method: 'DELETE' })).status).toBe(204);
    expect(uploads()).toEqual([]);
  });

  it('refuses what is no export, and keeps nothing of it', async () => {
    expect(await refusal(await upload('no json', 'name=notes.txt'))).toMatchObject({ status: 400, code: 'bad_input' });
    expect(await refusal(await upload(''))).toMatchObject({ status: 400, message: 'the upload is empty' });
    expect(uploads()).toEqual([]);
    const noZip = (await (await upload(history([5]), 'name=my.zip')).json()) as UploadAnswer;
    expect(noZip.summary).toMatchObject({ exitCode: 2, total: { read: 0 }, files: [{ outcome: 'refused' }] });
    expect((await world.ask(`/api/imports/${noZip.id}`, { method: 'DELETE' })).status).toBe(204);
    expect(uploads()).toEqual([]);
  });
});
