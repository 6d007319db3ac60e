import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createSecretSeries } from './secret-series.ts';

it('is listed again where another process removed a version between its listing and its reading', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tonearm-series-'));
  const fileOf = (version: number): string => join(folder, `${String(version).padStart(12, '0')}.json`);
  try {
    writeFileSync(fileOf(2), 'whole');
    writeFileSync(fileOf(3), 'torn');
    const found = await createSecretSeries(folder).newest((text) => {
      if (text !== 'torn') return true;
      writeFileSync(fileOf(4), 'newer');
      for (const version of [2, 3]) rmSync(fileOf(version));
      return false;
    });
    expect(found).toEqual({ version: 4, text: 'newer' });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
