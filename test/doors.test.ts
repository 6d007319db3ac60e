import { describe, expect, it } from 'vitest';
import { brokenRules, importsOf, type SourceFile } from './doors.ts';
import { trackedFiles } from './tracked-files.ts';

const file = (path: string, ...lines: string[]): SourceFile => ({ path, text: lines.join('\n') });
const kernel = file('src/kernel/errors.ts', 'export const x = 1;');

describe('the house', () => {
  it('keeps its own rules', () => {
    const sources = trackedFiles().filter(({ path }) => /^(src|simulator|bench|test|infra|web)\/.*\.tsx?$/.test(path));
    expect(sources.length).toBeGreaterThan(20);
    expect(brokenRules(sources)).toEqual([]);
  });
});

describe('imports', () => {
  it('are found in every form, and not in comments or texts', () => {
    const source = file(
      'src/kernel/a.ts',
      "import './bare.ts';",
      "import { x } from './named.ts';",
      'import {',
      '  y,',
      '  type Z,',
      "} from './lines.ts';",
      "import type { T } from './type.ts';",
      "import { type U, type V } from './types.ts';",
      "export * from './star.ts';",
      "export { w } from './again.ts';",
      "const lazy = () => import('./lazy.ts');",
      "// import { no } from './comment.ts';",
      "/* import { no } from './block.ts'; */",
      'const text = "import { no } from \'./text.ts\'";',
    );
    expect(importsOf(source)).toEqual([
      { from: './bare.ts', how: 'all' },
      { from: './named.ts', how: 'all' },
      { from: './lines.ts', how: 'all' },
      { from: './type.ts', how: 'type' },
      { from: './types.ts', how: 'type' },
      { from: './star.ts', how: 'all' },
      { from: './again.ts', how: 'all' },
      { from: './lazy.ts', how: 'lazy' },
    ]);
  });
});

describe('doors', () => {
  it.each([
    ['src/kernel/a.ts', '../tables/table.ts', 'src/kernel/a.ts: kernel may not import tables (src/tables/table.ts)'],
    ['src/source/export/a.ts', '../../landing/raw.ts', 'src/source/export/a.ts: source may not import landing (src/landing/raw.ts)'],
    ['src/engines/duckdb/a.ts', '../../transform/b.ts', 'src/engines/duckdb/a.ts: engines may not import transform (src/transform/b.ts)'],
    ['src/surfaces/cli/a.ts', '../../config.ts', 'src/surfaces/cli/a.ts: surfaces may not import config (src/config.ts)'],
    ['src/landing/a.ts', '../config.ts', 'src/landing/a.ts: landing may not import config (src/config.ts)'],
    ['src/transform/a.ts', '../landing/raw.ts', 'src/transform/a.ts: transform may import landing only as type (src/landing/raw.ts)'],
    [
      'src/surfaces/cli/a.ts',
      '../../../simulator/b.ts',
      'src/surfaces/cli/a.ts: surfaces may import simulator only as lazy (simulator/b.ts)',
    ],
    ['simulator/a.ts', '../src/source/types.ts', 'simulator/a.ts: simulator may not import source (src/source/types.ts)'],
    ['src/kernel/a.test.ts', '../tables/table.ts', 'src/kernel/a.test.ts: a test of kernel that needs tables belongs in test/'],
    ['src/kernel/a.ts', './b.test.ts', 'src/kernel/a.ts: imports the test file src/kernel/b.test.ts'],
    ['src/landing/a.ts', './testing.ts', 'src/landing/a.ts: imports the test file src/landing/testing.ts'],
    ['src/landing/a.ts', './store.contract.ts', 'src/landing/a.ts: imports the test file src/landing/store.contract.ts'],
  ])('%s may not import %s', (path, from, broken) => {
    expect(brokenRules([file(path, `import { x } from '${from}';`)])).toEqual([broken]);
  });

  it('stand open one way', () => {
    const sources = [
      kernel,
      file('src/landing/a.ts', "import { x } from '../kernel/errors.ts';"),
      file('src/transform/a.ts', "import type { X } from '../landing/a.ts';", "import { x } from '../kernel/errors.ts';"),
      file('src/pipeline/a.ts', "import { x } from '../landing/a.ts';", "import { x } from '../config.ts';"),
      file('src/surfaces/cli/a.ts', "const simulator = await import('../../../simulator/b.ts');"),
      file('src/source/a.test.ts', "import { x } from '../../simulator/b.ts';"),
      file('bench/a.ts', "import { x } from '../src/transform/a.ts';"),
    ];
    expect(brokenRules(sources)).toEqual([]);
  });

  it('are told about a folder that is no room', () => {
    expect(brokenRules([file('src/utils/a.ts', '')])).toEqual(['src/utils/a.ts: utils is no room']);
  });
});

describe('vendors', () => {
  it.each([
    ['@duckdb/node-api', 'src/pipeline/a.ts'],
    ['@duckdb/node-api', 'src/transform/statement.ts'],
    ['@aws-sdk/client-s3', 'src/pipeline/a.ts'],
    ['commander', 'src/pipeline/a.ts'],
    ['pino', 'src/surfaces/cli/a.ts'],
  ])('%s is not for %s', (name, path) => {
    expect(brokenRules([file(path, `const x = await import('${name}');`)])).toEqual([expect.stringContaining(`may import ${name}`)]);
  });

  it.each([
    ['@duckdb/node-api', 'src/engines/duckdb/a.ts'],
    ['@duckdb/node-api', 'src/transform/duckdb.ts'],
    ['@duckdb/node-api', 'src/transform/a.test.ts'],
    ['pino', 'src/kernel/log.ts'],
    ['commander-like', 'src/pipeline/a.ts'],
  ])('%s is for %s', (name, path) => {
    expect(brokenRules([file(path, `import { x } from '${name}';`)])).toEqual([]);
  });
});

describe('words that stand in one place', () => {
  it.each([
    ['const a = process.env.HOME;', 'process.env'],
    ['const a = Date.now();', 'Date.now'],
    ['const a = new Date();', 'new Date()'],
    ['const a = new Date;', 'new Date()'],
    [`const a = \`at \${new Date( ).toISOString()}\`;`, 'new Date()'],
    ['const a = performance.now();', 'performance.now'],
    ['const a = process.hrtime.bigint();', 'hrtime'],
    ['setTimeout(f, 1);', 'setTimeout or setInterval'],
    ['globalThis.setInterval(f, 1);', 'setTimeout or setInterval'],
    ['const a = AbortSignal.timeout(5);', 'AbortSignal.timeout'],
  ])('%s', (line, word) => {
    expect(brokenRules([file('src/source/a.ts', line)])).toEqual([expect.stringContaining(`may say ${word}`)]);
    expect(brokenRules([file('simulator/a.ts', line)])).toHaveLength(1);
    expect(brokenRules([file('src/source/a.test.ts', line)])).toEqual([]);
  });

  it('are free at home, in comments, in texts, and with arguments', () => {
    const sources = [
      file('src/config.ts', 'const a = process.env.HOME;'),
      file('src/kernel/clock.ts', 'const a = [new Date(), Date.now()]; setTimeout(f, 1);'),
      file('src/source/a.ts', '// Date.now() is elsewhere', "const a = 'process.env';", 'const b = new Date(text);', 'clearTimeout(c);'),
    ];
    expect(brokenRules(sources)).toEqual([]);
  });

  it('include timers of another name', () => {
    expect(brokenRules([file('src/source/a.ts', "import { scheduler } from 'node:timers/promises';")])).toHaveLength(1);
  });

  it('include default exports', () => {
    expect(brokenRules([file('src/kernel/a.ts', 'export default 1;')])).toEqual(['src/kernel/a.ts: default export']);
    expect(brokenRules([file('bench/a.ts', 'const a = 1;', 'export { a as default };')])).toEqual(['bench/a.ts: default export']);
  });
});

describe('cycles', () => {
  it('are found, however long, and of types too', () => {
    const sources = [
      file('src/kernel/a.ts', "import { b } from './b.ts';"),
      file('src/kernel/b.ts', "import type { C } from './c.ts';"),
      file('src/kernel/c.ts', "import { a } from './a.ts';"),
    ];
    expect(brokenRules(sources)).toEqual(['import cycle: src/kernel/a.ts -> src/kernel/b.ts -> src/kernel/c.ts -> src/kernel/a.ts']);
  });

  it('are not what two ways to one file make', () => {
    const sources = [
      file('src/kernel/a.ts', "import { b } from './b.ts';", "import { c } from './c.ts';"),
      file('src/kernel/b.ts', "import { c } from './c.ts';"),
      file('src/kernel/c.ts', ''),
    ];
    expect(brokenRules(sources)).toEqual([]);
  });
});
