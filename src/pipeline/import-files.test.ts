import { mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { ZipFile } from 'yazl';
import { inputFiles } from './import-files.ts';

async function zipped(files: Readonly<Record<string, string>>): Promise<Buffer> {
  const zip = new ZipFile();
  for (const [name, text] of Object.entries(files)) zip.addBuffer(Buffer.from(text), name, { compress: false });
  zip.end();
  return buffer(zip.outputStream);
}

it('one archive or entry at fault is told by itself, and the others are read', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tonearm-import-'));
  const good = await zipped({ 'a.json': '{"a": 1}', 'b.json': '{"b": 2}' });
  writeFileSync(join(folder, 'cut.zip'), good.subarray(0, 40));
  writeFileSync(join(folder, 'damaged.zip'), Buffer.from(good.toString('latin1').replace('{"a": 1}', '{"a": 9}'), 'latin1'));
  writeFileSync(join(folder, 'empty.zip'), '');
  writeFileSync(join(folder, 'good.zip'), good);
  writeFileSync(join(folder, 'outside.zip'), Buffer.from(good.toString('latin1').replaceAll('b.json', '../b.x'), 'latin1'));
  writeFileSync(join(folder, 'plain.json'), '{}');
  symlinkSync(join(folder, 'plain.json'), join(folder, 'link.json'));
  const told: string[] = [];
  for (const file of await inputFiles([folder], join(folder, 'no-lake'))) {
    const read = await file.read();
    told.push(
      `${file.name.split('/').at(-1) === '' ? file.name : file.name.slice(file.name.indexOf('/') + 1)}: ${'refused' in read ? read.refused.slice(0, 24) : String(Buffer.from(read))}`,
    );
  }
  expect(told).toEqual([
    'cut.zip: no readable zip archive:',
    'damaged.zip!a.json: the archive is damaged h',
    'damaged.zip!b.json: {"b": 2}',
    'empty.zip: no readable zip archive:',
    'good.zip!a.json: {"a": 1}',
    'good.zip!b.json: {"b": 2}',
    'link.json: a link, pipe or device i',
    'outside.zip!a.json: {"a": 1}',
    'outside.zip!../b.x: {"b": 2}',
    'plain.json: {}',
  ]);
});
