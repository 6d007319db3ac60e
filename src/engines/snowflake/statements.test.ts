import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { STORED_TABLES, tableNamed } from '../../tables/star-schema.ts';
import { dropStatements, wantedSteps } from './ddl.ts';
import { snowflakeFailure } from './failure.ts';
import { advanceStatement, copyStatements, deleteStatements, noteStatements, putStatement, removeStatement } from './loading.ts';
import { driverOptions, type SnowflakePlace } from './place.ts';
import { identifier, literal } from './quoted.ts';
import { sumsStatement } from './sums.ts';

const place: SnowflakePlace = {
  account: 'my-org',
  user: 'ANA',
  auth: 'key_pair',
  keyFile: '/keys/ana.p8',
  passphrase: 'hush',
  token: 'hush',
  role: 'TONEARM_LOADER',
  warehouse: 'TONEARM',
  database: 'TONEARM',
  schema: 'LAKE',
  address: null,
};
const file = {
  table: 'plays',
  partition: "account=o'neil/year=2025",
  key: 'tables/plays/account=ana/year=2025/b1/part-0.parquet',
  bytes: 1,
  rows: 2,
};
const catalog = { version: 7, schema: 2, runId: 'r', committedAt: '', contract: 1, rules: 1, partitions: [], consumed: [] };

describe('statements of Snowflake', () => {
  it('are those that were looked at', async () => {
    const plays = tableNamed('plays');
    const loading = [
      putStatement(place, file, "/a/it's/part-0.parquet"),
      advanceStatement(place, catalog, 6),
      ...deleteStatements(place, plays, [file]),
      ...deleteStatements(place, plays, null),
      ...copyStatements(place, { load: 'put' }, plays, [file]).map(({ sql }) => sql),
      ...noteStatements(place, [file], [file]),
      removeStatement(place),
    ];
    const parts = [
      ...wantedSteps(place).map(
        ({ name, because, statements }) => `-- ${name}: ${because}\n${statements.map((sql) => `${sql};\n`).join('')}`,
      ),
      `-- a load\n${loading.map((sql) => `${sql};\n`).join('')}`,
      `-- verify\n${STORED_TABLES.map((table) => `${sumsStatement(table, place)};\n`).join('')}`,
      `-- drop\n${dropStatements(place)
        .map((sql) => `${sql};\n`)
        .join('')}`,
    ];
    await expect(parts.join('\n')).toMatchFileSnapshot('./statements.golden.txt');
  });

  it('hold no secret', () => {
    expect(JSON.stringify(wantedSteps(place))).not.toContain('hush');
  });

  it('drop no role that has a name of its own', () => {
    expect(dropStatements({ ...place, role: 'SYSADMIN' }).join()).not.toContain('SYSADMIN');
  });

  it('name at most 1,000 files in one COPY, and all of them', () => {
    const files = Array.from({ length: 2_001 }, (_, at) => ({ ...file, key: `tables/plays/${at}.parquet` }));
    const copies = copyStatements(place, { load: 'put' }, tableNamed('plays'), files);
    expect(copies.map((copy) => copy.files.length)).toEqual([1_000, 1_000, 1]);
    expect(copies.flatMap((copy) => copy.files)).toEqual(files);
  });

  it('list at most 2,000 files in any other statement, and all of them', () => {
    const files = Array.from({ length: 4_001 }, (_, at) => ({ ...file, key: `tables/plays/${at}.parquet` }));
    const keysOf = (sql: string): readonly string[] => sql.match(/tables\/plays\/\d+\.parquet/g) ?? [];
    const noted = noteStatements(place, files, files);
    for (const statements of [deleteStatements(place, tableNamed('plays'), files), noted.slice(0, 3), noted.slice(3)]) {
      expect(statements.map((sql) => keysOf(sql).length)).toEqual([2_000, 2_000, 1]);
      expect(statements.flatMap(keysOf)).toEqual(files.map(({ key }) => key));
    }
  });

  it('say every name and every text as it is, and nothing after it', () => {
    const nasty = fc.string({ unit: fc.constantFrom("'", '"', '\\', ';', '-', '\n', 'a', '$', 'é') });
    fc.assert(
      fc.property(nasty, (value) => {
        // As Snowflake reads them: a backslash takes the next character, a quote twice is one.
        const text = /^'((?:[^'\\]|''|\\[\s\S])*)'$/.exec(literal(value))?.[1];
        expect(text?.replaceAll(/''|\\([\s\S])/g, (pair, one) => (pair === "''" ? "'" : one))).toBe(value);
        const name = /^"((?:[^"]|"")*)"$/.exec(identifier(value))?.[1];
        expect(name?.replaceAll('""', '"')).toBe(value);
      }),
    );
  });
});

describe('the driver of Snowflake', () => {
  it('gets for each way to log in what it needs, and no other secret', () => {
    expect(driverOptions(place, null)).toMatchObject({
      authenticator: 'SNOWFLAKE_JWT',
      privateKeyPath: '/keys/ana.p8',
      privateKeyPass: 'hush',
    });
    expect(driverOptions(place, null)).not.toHaveProperty('role');
    expect(driverOptions({ ...place, auth: 'oauth' }, 'R')).toMatchObject({ authenticator: 'OAUTH', token: 'hush', role: 'R' });
    expect(driverOptions({ ...place, auth: 'pat' }, null)).toMatchObject({ authenticator: 'PROGRAMMATIC_ACCESS_TOKEN', token: 'hush' });
    expect(JSON.stringify(driverOptions({ ...place, auth: 'browser' }, null))).not.toContain('hush');
  });

  it.each([
    ['390144', 'config'],
    ['002003', 'config'],
    ['000625', 'conflict'],
    ['401001', 'network'],
    ['100080', 'upstream'],
  ])('error %s is %s, without what may hold a key', (code, expected) => {
    const thrown = Object.assign(new Error('oh -----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----'), { code });
    const error = snowflakeFailure(thrown, 'run it');
    expect(error).toMatchObject({ code: expected, hint: expect.any(String) });
    expect(error.message).not.toContain('abc');
    expect(error.cause).toBeUndefined();
  });
});
