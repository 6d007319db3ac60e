import { describe, expect, it } from 'vitest';
import { createMemoryStore } from '../landing/memory-store.ts';
import { createVersions } from '../landing/versions.ts';
import { damagedState, mendState } from './state.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

describe('state', () => {
  it('stands where it stood before what cannot be read', async () => {
    const store = createMemoryStore();
    await store.put('state/me.playlists/000000000001.json', bytes('{"after":1}'));
    await store.put('state/me.playlists/000000000002.json', bytes('{"after"'));
    await store.put('state/me.playlists/000000000003.json', bytes(''));
    await store.put('state/me.saved_tracks/000000000001.json', bytes('{"offset":50}'));
    expect(await damagedState({ store })).toEqual(['state/me.playlists/000000000003.json']);
    await mendState({ store, log });
    expect(await damagedState({ store })).toEqual([]);
    const series = (name: string) => createVersions<unknown>({ store, prefix: `state/${name}/`, parse: (value) => value }).read();
    expect(await series('me.playlists')).toEqual({ version: 1, value: { after: 1 } });
    expect(await series('me.saved_tracks')).toEqual({ version: 1, value: { offset: 50 } });
  });

  it('begins anew where nothing of it can be read', async () => {
    const store = createMemoryStore();
    await store.put('state/me.playlists/000000000001.json', bytes('{'));
    await mendState({ store, log });
    expect(await createVersions<unknown>({ store, prefix: 'state/me.playlists/', parse: (value) => value }).read()).toBeNull();
  });
});
