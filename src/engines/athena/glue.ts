import type { GlueClient, Table as GlueTable, TableInput } from '@aws-sdk/client-glue';
import { awsError, awsFacts } from './failure.ts';
import { type AthenaPlace, clientOf } from './place.ts';

/** A table of Glue as it is. */
export interface FoundTable {
  readonly parameters: Readonly<Record<string, string>>;
  readonly location: string | null;
  /** Changes with every change of the table. */
  readonly versionId: string | null;
}

/** The tables of one database of Glue. Errors: as {@link awsError} tells them apart. */
export interface Glue {
  tables(): Promise<ReadonlyMap<string, FoundTable>>;
  table(name: string): Promise<FoundTable | null>;
  /** Atomic: a query sees the table wholly as it was or as it is now. `conflict`: it is no longer as `found` says. */
  write(input: TableInput, found: FoundTable | null): Promise<'written' | 'conflict'>;
  close(): void;
}

type Sdk = typeof import('@aws-sdk/client-glue');

/** Time-outs and overload are tried this often in all. */
const ATTEMPTS = 4;

/** The SDK is loaded, and Glue first asked, when something is needed of it. */
export function createGlue(place: AthenaPlace, attempts: number = ATTEMPTS): Glue {
  const { database: DatabaseName } = place;
  let connected: Promise<{ sdk: Sdk; client: GlueClient }> | null = null;
  const connect = async (): Promise<{ sdk: Sdk; client: GlueClient }> => {
    const sdk = await import('@aws-sdk/client-glue');
    return { sdk, client: new sdk.GlueClient({ ...clientOf(place), maxAttempts: attempts }) };
  };
  const ask = async <T>(doing: string, work: (sdk: Sdk, client: GlueClient) => Promise<T>): Promise<T> => {
    try {
      connected ??= connect();
      const { sdk, client } = await connected;
      return await work(sdk, client);
    } catch (error) {
      throw awsError(error, doing);
    }
  };

  return {
    tables: async () => {
      const found = new Map<string, FoundTable>();
      let NextToken: string | undefined;
      do {
        const from = NextToken === undefined ? {} : { NextToken };
        const page = await ask(`list the tables of the Glue database ${DatabaseName}`, (sdk, client) =>
          client.send(new sdk.GetTablesCommand({ DatabaseName, ...from })),
        );
        for (const table of page.TableList ?? []) found.set(table.Name ?? '', foundOf(table));
        NextToken = page.NextToken;
      } while (NextToken !== undefined);
      return found;
    },
    table: (name) =>
      ask(`read the Glue table ${DatabaseName}.${name}`, async (sdk, client) => {
        try {
          const { Table } = await client.send(new sdk.GetTableCommand({ DatabaseName, Name: name }));
          return Table === undefined ? null : foundOf(Table);
        } catch (error) {
          if (awsFacts(error).name === 'EntityNotFoundException' && !/database/i.test(awsFacts(error).message)) return null;
          throw error;
        }
      }),
    write: (input, found) =>
      ask(`change the Glue table ${DatabaseName}.${input.Name}`, async (sdk, client) => {
        try {
          if (found === null) await client.send(new sdk.CreateTableCommand({ DatabaseName, TableInput: input }));
          else {
            const version = found.versionId === null ? {} : { VersionId: found.versionId };
            // Versions of before would pile up with every build: https://docs.aws.amazon.com/general/latest/gr/glue.html limits them.
            await client.send(new sdk.UpdateTableCommand({ DatabaseName, TableInput: input, SkipArchive: true, ...version }));
          }
          return 'written';
        } catch (error) {
          if (CONFLICTS.has(awsFacts(error).name)) return 'conflict';
          throw error;
        }
      }),
    close: () => {
      connected?.then(
        ({ client }) => client.destroy(),
        () => undefined,
      );
      connected = null;
    },
  };
}

/** Somebody else made, changed or is changing the table. */
const CONFLICTS: ReadonlySet<string> = new Set(['AlreadyExistsException', 'ConcurrentModificationException', 'VersionMismatchException']);

const foundOf = ({ Parameters = {}, StorageDescriptor, VersionId }: GlueTable): FoundTable => ({
  parameters: Parameters,
  location: StorageDescriptor?.Location ?? null,
  versionId: VersionId ?? null,
});
