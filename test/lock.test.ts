import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { brokenLock } from './lock.ts';
import { root } from './tracked-files.ts';

const json = (name: string) => JSON.parse(readFileSync(join(root, name), 'utf8'));

describe('the lock file', () => {
  it('holds every platform and names no registry; versions are pinned', () => {
    expect(brokenLock(json('package.json'), json('package-lock.json'))).toEqual([]);
    expect(brokenLock(json('infra/package.json'), json('infra/package-lock.json'))).toEqual([]);
    expect(brokenLock(json('test/snowflake/package.json'), json('test/snowflake/package-lock.json'))).toEqual([]);
  });

  it('is refused when a platform is left out', () => {
    const packages = {
      '': {},
      'node_modules/a': { optionalDependencies: { '@a/linux': '1.0.0', '@a/mac': '1.0.0' } },
      'node_modules/@a/linux': {},
    };
    expect(brokenLock({}, { packages })).toEqual(['node_modules/a may need @a/mac, which has no entry in the lock file']);
  });

  it('counts an entry below another package as one', () => {
    const packages = { 'node_modules/a': { optionalDependencies: { '@a/linux': '1.0.0' } }, 'node_modules/a/node_modules/@a/linux': {} };
    expect(brokenLock({}, { packages })).toEqual([]);
  });

  it('is refused when it names a registry', () => {
    const packages = { 'node_modules/a': { resolved: 'https://registry.invalid/a.tgz' } };
    expect(brokenLock({}, { packages })).toEqual(['node_modules/a names the registry it came from: https://registry.invalid/a.tgz']);
  });

  it.each(['^1.0.0', '~1.0.0', '1', '1.x', 'latest', '*', 'git+ssh://x'])('is refused with a dependency at %s', (version) => {
    expect(brokenLock({ devDependencies: { a: version } }, { packages: {} })).toEqual([`a is not pinned: ${version}`]);
    expect(brokenLock({ dependencies: { a: '1.5.5-r.5', b: '1.0.0' } }, { packages: {} })).toEqual([]);
  });
});
