import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Deviation, judgeSimulator } from './conformance.ts';
import { createJudge } from './document.ts';
import { main, tableOf } from './main.ts';
import { differences, shapesOf } from './shapes.ts';

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const answer = (schema: unknown) => ({ description: '', content: { 'application/json': { schema } } });

/** Two things told apart by `type`, one with a parent's fields, one that may be null. */
const DOCUMENT = {
  openapi: '3.0.3',
  paths: {
    '/things/{thing_id}': { get: { responses: { '200': { $ref: '#/components/responses/One' }, '204': { description: 'none' } } } },
    '/things': { post: {} },
  },
  components: {
    responses: { One: answer(ref('Holder')) },
    schemas: {
      Holder: {
        type: 'object',
        required: ['thing'],
        properties: {
          thing: { oneOf: [ref('Stone'), ref('Tree')], discriminator: { propertyName: 'type' } },
          note: { type: 'string', nullable: true },
          twin: { nullable: true, allOf: [ref('Stone')] },
          seen_at: { type: 'string', format: 'date-time' },
          map: { type: 'object' },
          list: { type: 'array', items: ref('Stone') },
        },
      },
      Stone: { type: 'object', required: ['kg'], properties: { type: { type: 'string', enum: ['stone'] }, kg: { type: 'integer' } } },
      Tree: { allOf: [ref('Base'), { type: 'object', properties: { type: { type: 'string', enum: ['tree'] } } }] },
      Base: { type: 'object', required: ['height'], properties: { height: { type: 'number' } } },
    },
  },
};

const stone = { type: 'stone', kg: 3 };
const complaints = (body: unknown, status = 200) =>
  createJudge(DOCUMENT)
    .complaints('/things/{}', status, body)
    .map(({ where, what, at }) => `${where} ${what} ${at}`);

test('an answer as described has no complaint: nullable fields, either of two things, free maps, no body where none is described', () => {
  expect(complaints({ thing: stone, note: null, twin: null, seen_at: '2026-03-20T19:00:00Z', map: { any: 1 } })).toEqual([]);
  expect(complaints({ thing: { type: 'tree', height: 2.5 }, twin: stone, list: [stone] })).toEqual([]);
  expect(complaints(undefined, 204)).toEqual([]);
});

test('a complaint names the schema that is broken, wherever it is used, and where in the answer', () => {
  expect(complaints({ thing: { type: 'stone', kg: 1.5 }, list: [stone, { type: 'stone' }] })).toEqual([
    'Stone.kg must be integer /thing/kg',
    "Stone must have required property 'kg' /list/1",
  ]);
  expect(complaints({ thing: { type: 'tree', height: 'tall' } })).toEqual(['Base.height must be number /thing/height']);
  expect(complaints({ thing: stone, seen_at: 'yesterday' })).toEqual(['Holder.seen_at must match format "date-time" /seen_at']);
});

test('only the schema of the right type judges, and a type that none has is a complaint', () => {
  expect(complaints({ thing: { type: 'tree' } })).toEqual(["Base must have required property 'height' /thing"]);
  expect(complaints({ thing: { type: 'cloud' } })).toEqual(expect.arrayContaining([expect.stringContaining('allowed values /thing/type')]));
});

test('a null that is not allowed is one complaint', () => {
  expect(complaints({ thing: null })).toEqual(['Holder.thing is null /thing']);
  expect(complaints({ thing: stone, list: [null] })).toEqual(['Stone is null /list/0']);
});

test('fields, states and bodies that are described nowhere are complaints', () => {
  expect(complaints({ thing: { ...stone, moss: true }, more: 1 })).toEqual([
    'Holder.thing field moss is not documented /thing',
    'Holder field more is not documented ',
  ]);
  expect(complaints({}, 418)).toEqual(['/things/{} status 418 is not documented ']);
  expect(complaints({}, 204)).toEqual(['/things/{} status 204 has a body ']);
});

test('only paths with a GET are judged, whatever their parameters are called', () => {
  const judge = createJudge(DOCUMENT);
  expect([...judge.paths]).toEqual(['/things/{}']);
  expect(() => judge.complaints('/things', 200, {})).toThrow('the document has no GET /things');
  expect(() => createJudge('openapi')).toThrow('has no paths');
});

test('field sets are compared by kind of object, at any depth, over all answers together', () => {
  const track = { type: 'track', name: 'a', album: { type: 'album', name: 'b', id: 'c' } };
  const theirs = shapesOf([{ tracks: [track] }, { ...track, bpm: 1 }, { type: 'audio_features', key: 1 }]);
  const ours = shapesOf([[{ ...track, album: { ...track.album, label: 'd' } }]]);
  expect(differences(theirs, ours)).toEqual([
    { kind: 'full track', what: 'only recorded: bpm' },
    { kind: 'simplified album', what: 'only simulated: label' },
  ]);
  expect(shapesOf([{ ...track, is_local: true }]).has('local track')).toBe(true);
});

/** A document about one endpoint of the simulator, and wrong about it in one field. */
const PROFILE = {
  openapi: '3.0.3',
  paths: {
    '/me': { get: { responses: { '200': answer({ type: 'object', required: ['id', 'shoe_size'] }) } } },
    '/elsewhere': { get: {} },
  },
};
const SHOES = { where: '/me', what: "must have required property 'shoe_size'", why: 'nobody asks for it' } as const;
const judged = (...tolerated: readonly Deviation[]) => judgeSimulator({ document: PROFILE, recordings: [], tolerated });

test('what nobody explained is found in each mode, and an explanation covers its modes alone', async () => {
  const bare = await judged();
  expect(bare.rows.map(({ path, mode, deviations }) => [path, mode, deviations])).toEqual([
    ['/me', 'development', 1],
    ['/me', 'extended', 1],
  ]);
  expect(bare.unexplained.map(({ where, mode, what, example }) => [where, mode, what, example])).toEqual([
    ['/me', 'development', SHOES.what, '/me '],
    ['/me', 'extended', SHOES.what, '/me '],
  ]);
  expect((await judged({ ...SHOES, mode: 'extended' })).unexplained.map(({ mode }) => mode)).toEqual(['development']);
  expect(await judged({ ...SHOES, mode: 'both' })).toMatchObject({ unexplained: [], unused: [], unasked: [] });
});

test('an explanation that nothing needs is told', async () => {
  const stale: Deviation = { ...SHOES, mode: 'both', what: 'is too small' };
  const outcome = await judged({ ...SHOES, mode: 'both' }, stale);
  expect(outcome.unused).toEqual([stale]);
  expect(tableOf(outcome)).toContain('NEEDED NO MORE  both  /me  is too small');
});

test('an explanation for both modes is needed in both', async () => {
  const document = { paths: { '/me': { get: { responses: { '200': answer({ type: 'object', required: ['country'] }) } } } } };
  const country = { where: '/me', what: "must have required property 'country'", why: 'removed in development mode' } as const;
  const outcome = (mode: Deviation['mode']) => judgeSimulator({ document, recordings: [], tolerated: [{ ...country, mode }] });
  expect(await outcome('development')).toMatchObject({ unexplained: [], unused: [] });
  expect((await outcome('both')).unused).toHaveLength(1);
});

test('something is asked of every path that the simulator serves', async () => {
  const { SERVED_PATHS } = await import('../http/web-api.ts');
  const paths = Object.fromEntries(SERVED_PATHS.map((path) => [path, { get: { responses: {} } }]));
  const { unasked, rows } = await judgeSimulator({ document: { paths }, recordings: [], tolerated: [] });
  expect(unasked).toEqual([]);
  expect(rows).toHaveLength(SERVED_PATHS.length * 2);
});

test('the command reads what it is told to, prints the table and ends with 1 for what is unexplained, 2 for a wrong call', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'conformance-'));
  const run = async (...args: string[]) => {
    let text = '';
    const code = await main(args, (more) => {
      text += more;
    });
    return { code, text };
  };
  try {
    writeFileSync(join(folder, 'openapi.yml'), JSON.stringify(PROFILE));
    writeFileSync(join(folder, 'one.json'), JSON.stringify({ type: 'user', display_name: 'a', product: 'b', shoe_size: 43 }));
    expect((await run(folder)).code).toBe(2);
    const { code, text } = await run(join(folder, 'openapi.yml'), folder);
    expect(code).toBe(1);
    expect(text).toMatch(/^\/me +extended +2 +1$/m);
    expect(text).toContain("UNEXPLAINED  extended  /me  must have required property 'shoe_size'  /me");
    expect(text).toContain('UNEXPLAINED  extended  recorded profile  only recorded: shoe_size');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
