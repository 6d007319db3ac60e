import { describe, expect, it } from 'vitest';
import { warehouseFailure } from './failure.ts';

const FILE = 'tables/plays/account=me/year=2026/b1/part-1.parquet';

describe('a failed statement of a build', () => {
  it('is storage where the disk took no more, with its own words and what to do', () => {
    const reason = 'IO Error: Could not write all bytes to file "/lake/.tmp/x.parquet": No space left on device';
    const failure = warehouseFailure(new Error(reason), 'copy (select 1) to …');
    expect(failure).toMatchObject({ code: 'storage', hint: expect.stringContaining('Free some space') });
    expect(failure.message).toContain('/lake/.tmp/x.parquet');
    const tooLarge = warehouseFailure(new Error(reason.replace('No space left on device', 'File too large')), 'copy (select 1) to …');
    expect(tooLarge).toMatchObject({ code: 'storage', hint: expect.stringContaining('ulimit -f') });
  });

  it('is a limit where memory ran out', () => {
    const failure = warehouseFailure(new Error('Out of Memory Error: could not allocate block of size 256.0 KiB'), 'select 1');
    expect(failure).toMatchObject({ code: 'limit_exceeded', hint: expect.stringContaining('memory_limit') });
  });

  it('names the damaged table file that DuckDB names', () => {
    const failure = warehouseFailure(new Error(`Invalid Input Error: No magic bytes found at end of file '/lake/${FILE}'`), 'select 1');
    expect(failure).toMatchObject({ code: 'corrupt', message: expect.stringContaining(`${FILE} is damaged`) });
  });

  it('names the files of the statement where DuckDB names none', () => {
    const failure = warehouseFailure(new Error('ZSTD Decompression failure'), `select * from read_parquet(['/lake/${FILE}'])`);
    expect(failure).toMatchObject({ code: 'corrupt', message: expect.stringContaining(FILE) });
  });

  it('is a bug otherwise, shown with the statement', () => {
    const failure = warehouseFailure(new Error('Binder Error: no column x'), 'select x');
    expect(failure).toMatchObject({ code: 'internal', message: 'DuckDB: Binder Error: no column x (in: select x)' });
  });
});
