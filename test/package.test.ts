import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from './tracked-files.ts';

const execute = promisify(execFile);

/** Of the tarball: room for the code to grow by half, none for a folder that was packed by mistake. */
const MOST_BYTES = 800_000;

/** Scripts and styles of the dashboard's first page, gzipped: what is seen within a second on a slow line. */
const MOST_BYTES_OF_PAGE = 60_000;

const BUILT_IN = /^node:/;
/** As the bundler writes them: a statement ends its line, `import("x")` stands anywhere. */
const AT_ONCE = /^(?:import\b[^"\n]*|\} from )"([^"\n]+)";$/gm;
const LATER = /\bimport\("([^"\n]+)"\)/g;
const named = (pattern: RegExp, text: string): readonly string[] => [...text.matchAll(pattern)].map(([, specifier = '']) => specifier);
const importsOf = (text: string): readonly string[] => [...named(AT_ONCE, text), ...named(LATER, text)];
const packageOf = (specifier: string): string => (specifier.startsWith('@') ? /^[^/]+\/[^/]+/ : /^[^/]+/).exec(specifier)?.[0] ?? specifier;

describe('the package', () => {
  let scratch: string;
  let content: string;
  let tarball: string;
  let files: readonly string[];
  beforeAll(async () => {
    if (!existsSync(join(root, 'dist', 'cli.js'))) await execute(process.execPath, ['scripts/build.mjs'], { cwd: root });
    scratch = await mkdtemp(join(tmpdir(), 'tonearm-pack-'));
    await execute('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', scratch], { cwd: root });
    const [name = ''] = await readdir(scratch);
    tarball = join(scratch, name);
    await execute('tar', ['-xzf', tarball, '-C', scratch]);
    content = join(scratch, 'package');
    const entries = await readdir(content, { recursive: true, withFileTypes: true });
    files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(content.length + 1));
  });
  afterAll(() => rm(scratch, { recursive: true, force: true }));

  const textOf = (file: string): Promise<string> => readFile(join(content, file), 'utf8');
  const scripts = (): readonly string[] => files.filter((file) => /^dist\/(?!web\/).*\.js$/.test(file));
  const page = (): readonly string[] => files.filter((file) => file.startsWith('dist/web/'));

  it('holds the program, its bundle, the page of the dashboard and four texts, and nothing else', () => {
    const known =
      /^(bin\/tonearm\.mjs|dist\/([\w-]+|chunks\/[\w-]+)\.js(\.map)?|dist\/web\/(index\.html|favicon\.svg|assets\/[\w.-]+\.(js|css)))$/;
    const strange = files.filter((file) => !known.test(file));
    expect(strange.sort()).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json']);
    expect(files).toEqual(expect.arrayContaining(['bin/tonearm.mjs', 'dist/cli.js', 'dist/query-child.js', 'dist/web/index.html']));
  });

  it('is small', async () => {
    expect((await stat(tarball)).size).toBeLessThan(MOST_BYTES);
  });

  it('has a page whose first load is small: all but what the other pages need', async () => {
    const html = await textOf('dist/web/index.html');
    const named = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)].map(([, name = '']) => `dist/web/${name}`);
    const charts = page().filter((file) => /\/trend-plot-[\w-]+\.js$/.test(file));
    expect([named.length, charts.length]).toEqual([expect.toSatisfy((count) => count >= 2), 1]);
    const texts = await Promise.all([...named, ...charts].map(textOf));
    expect(texts.reduce((sum, text) => sum + gzipSync(text, { level: 9 }).length, 0)).toBeLessThan(MOST_BYTES_OF_PAGE);
  });

  it('has a page that loads nothing from elsewhere', async () => {
    const html = await textOf('dist/web/index.html');
    expect([...html.matchAll(/(?:src|href)="([^"]*)"/g)].filter(([, address = '']) => !address.startsWith('/'))).toEqual([]);
    expect(html).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\son\w+=/);
  });

  it('tells nothing of the machine that made it', async () => {
    const places = [root, homedir(), tmpdir()].filter((place) => place.length > 1).map((place) => `${place}/`);
    for (const file of files) {
      const text = await textOf(file);
      expect([file, places.filter((place) => text.includes(place))]).toEqual([file, []]);
    }
  });

  it('has source maps of relative paths, each with its script', async () => {
    const maps = files.filter((file) => file.endsWith('.map'));
    expect(maps).toEqual(scripts().map((script) => `${script}.map`));
    for (const map of maps) {
      const { sources, sourceRoot } = JSON.parse(await textOf(map));
      expect(sourceRoot).toBeUndefined();
      expect(sources.filter((source: string) => !/^(\.\.\/)+(src|simulator)\//.test(source))).toEqual([]);
    }
  });

  it('asks npm for every package that it imports, and for no other', async () => {
    const { dependencies } = JSON.parse(await textOf('package.json'));
    const texts = await Promise.all(scripts().map(textOf));
    const bare = texts.flatMap(importsOf).filter((specifier) => !specifier.startsWith('.') && !BUILT_IN.test(specifier));
    expect([...new Set(bare.map(packageOf))].sort()).toEqual(Object.keys(dependencies).sort());
  });

  it('finds every file that it imports', async () => {
    for (const script of scripts()) {
      for (const specifier of importsOf(await textOf(script))) {
        if (specifier.startsWith('.'))
          expect([specifier, existsSync(join(content, dirname(script), specifier))]).toEqual([specifier, true]);
      }
    }
  });

  it('loads no package but commander before it knows what it is to do', async () => {
    const loaded = new Set<string>();
    const load = async (script: string): Promise<void> => {
      if (loaded.has(script)) return;
      loaded.add(script);
      if (!script.startsWith('dist/')) return;
      for (const specifier of named(AT_ONCE, await textOf(script))) {
        await load(specifier.startsWith('.') ? join(dirname(script), specifier) : specifier);
      }
    };
    await load('dist/cli.js');
    expect([...loaded].filter((one) => !one.startsWith('dist/') && !BUILT_IN.test(one))).toEqual(['commander']);
  });
});
