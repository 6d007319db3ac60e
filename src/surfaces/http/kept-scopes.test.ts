import { expect, it } from 'vitest';
import { createKeptScopes } from './kept-scopes.ts';

const scope = { hidden: 0, days: 3, uncertain: 1 };

it('finds a scope once, until the lake is another one', async () => {
  const scopes = createKeptScopes();
  let found = 0;
  const find = async () => {
    found += 1;
    return { ...scope, hidden: found };
  };
  expect(await Promise.all([scopes.of('a', find), scopes.of('a', find)])).toEqual([
    { ...scope, hidden: 1 },
    { ...scope, hidden: 1 },
  ]);
  expect(await scopes.of('b', find)).toMatchObject({ hidden: 2 });
  scopes.forget();
  expect(await scopes.of('a', find)).toMatchObject({ hidden: 3 });
});

it('keeps no failure, and lets who waits for one find it alone', async () => {
  const scopes = createKeptScopes();
  const stopped = scopes.of('a', () => Promise.reject(new Error('stopped')));
  const waiting = scopes.of('a', async () => scope);
  await expect(stopped).rejects.toThrow('stopped');
  expect(await waiting).toEqual(scope);
  expect(await scopes.of('a', async () => ({ ...scope, hidden: 5 }))).toMatchObject({ hidden: 5 });
});
