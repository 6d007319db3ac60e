// Puts the output of a real run of the demo between the markers of README.md: `npm run docs` calls it. Times and ids are those of that run.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const readme = join(root, 'README.md');
const output = execFileSync(process.execPath, ['bin/tonearm.mjs', 'demo'], {
  cwd: root,
  encoding: 'utf8',
  env: { ...process.env, NO_COLOR: '1' },
});
const shown = output
  .split('\n')
  .map((line) => line.trimEnd())
  .join('\n')
  .trim();
const text = readFileSync(readme, 'utf8');
const marked = /(<!-- demo output: begin[^>]*-->\n)[\s\S]*?(<!-- demo output: end -->)/;
if (!marked.test(text)) throw new Error('README.md has lost the markers of the demo output');
writeFileSync(
  readme,
  text.replace(
    marked,
    (_all, begin, end) =>
      `${begin}\n<details>\n<summary>What the demo prints</summary>\n\n\`\`\`\n${shown}\n\`\`\`\n\n</details>\n\n${end}`,
  ),
);
