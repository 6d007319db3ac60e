import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { deadLinks, foreignPaths, roomsLeftOut } from './docs.ts';
import { root, trackedFiles } from './tracked-files.ts';

const rooms = readdirSync(join(root, 'src'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

describe('the documents', () => {
  it.each(['README.md', 'docs/architecture.md'])('%s names every room', (path) => {
    const page = trackedFiles().find((file) => file.path === path);
    expect(rooms).toContain('kernel');
    expect(page === undefined ? `${path} is missing` : roomsLeftOut(page, rooms)).toEqual([]);
  });

  it('have no dead link', () => {
    expect(deadLinks(trackedFiles(), (path) => existsSync(join(root, path)))).toEqual([]);
  });

  it('and the code hold no path of one machine', () => {
    expect(foreignPaths(trackedFiles(), root)).toEqual([]);
  });
});

describe('the checks of the documents', () => {
  it('find a link that leads nowhere, from the folder of its page', () => {
    const page = {
      path: 'docs/a.md',
      text: 'See [b](b.md#part), [c](../c.md), [d](<d.md> "title"), [w](https://x.invalid), [h](#part).\n\n[e]: e.md\n',
    };
    expect(deadLinks([page], (path) => path === 'docs/b.md')).toEqual([
      'docs/a.md: nothing at ../c.md',
      'docs/a.md: nothing at d.md',
      'docs/a.md: nothing at e.md',
    ]);
  });

  it('pass over code and other files', () => {
    const text = '`[a](b.md)`\n\n```md\n[a](b.md)\n```\n';
    expect(
      deadLinks(
        [
          { path: 'a.md', text },
          { path: 'a.ts', text: '[a](b.md)' },
        ],
        () => false,
      ),
    ).toEqual([]);
  });

  it('find a room that a page leaves out', () => {
    expect(roomsLeftOut({ path: 'a.md', text: 'kernel/ is here, tables is not' }, ['kernel', 'tables'])).toEqual([
      'a.md does not name tables/',
    ]);
  });

  it('find paths of a machine, of a home and outside the project', () => {
    const outside = ['see ..', 'shared', 'x'].join('/');
    const texts = [`open ${'/srv/here'}/notes.txt`, `open ${'/home'}/ann/x`, outside, 'GET https://x.invalid/home/page'];
    const files = texts.map((text, index) => ({ path: `${index}.md`, text }));
    expect(foreignPaths(files, '/srv/here')).toEqual([
      expect.stringContaining('0.md:1'),
      expect.stringContaining('1.md:1'),
      expect.stringContaining('2.md:1'),
    ]);
  });
});
