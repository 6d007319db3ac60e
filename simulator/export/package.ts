import type { Library } from '../listener/library.ts';
import { DAY_MS } from '../world/calendar.ts';
import type { World } from '../world/world.ts';
import { type FormShape, isExtended, type SeriesKind, SHAPES } from './forms.ts';
import type { KeptPlay } from './kept-play.ts';
import { accountFiles, type PlainFile, readMe } from './library-files.ts';
import type { OpenPlay } from './open-play.ts';
import { type PackageRequest, type RowOptions, rowsOf } from './rows.ts';
import { createSeries, type Series, type SeriesOptions } from './series.ts';
import type { ExportSink } from './sink.ts';
import type { ExportedFile } from './truth.ts';

export interface PackageOptions extends RowOptions {
  readonly world: World;
  readonly sink: ExportSink;
  /** Told of every file, with the plays that have a record in it. */
  readonly closed: (file: ExportedFile, plays: ReadonlySet<OpenPlay>) => void;
  /** Sizes of full files, where they are not to be Spotify's. */
  readonly mostBytes?: number;
  readonly mostRows?: number;
}

/** A package that is being written. */
export interface OpenPackage {
  readonly request: PackageRequest;
  /** Adds the records of a play, if the package reaches it; a promise where a file is full: to be waited for before the next. */
  add(play: OpenPlay, kept: KeptPlay): Promise<void> | null;
  /** Writes what is left, and all that is no history. */
  end(library: () => Library): Promise<void>;
}

export function openPackage(options: PackageOptions, request: PackageRequest): OpenPackage {
  const shape = sized(options, SHAPES[request.form]);
  const from = shape.days === null ? Number.NEGATIVE_INFINITY : request.at - shape.days * DAY_MS;
  const seriesOf = createSeriesByKind(options, request, shape);
  return {
    request,
    add: (play, kept) => {
      const kind = shape.series(kept);
      if (kind === null || kept.ts === null || kept.ts > request.at || kept.ts <= from) return null;
      const { now, next, quirks } = rowsOf(options, request, play, kept, kept.ts);
      for (const quirk of quirks) play.quirks.add(quirk);
      play.records += now.length + next.length;
      const series = seriesOf.get(kind);
      for (const row of next) series.carry(row);
      const closing = now.flatMap((row) => series.add(row) ?? []);
      return closing.length === 0 ? null : Promise.all(closing).then(() => undefined);
    },
    end: async (library) => {
      for (const series of seriesOf.all()) await series.end();
      for (const file of otherFiles(options, request, library)) await writePlain(options, request, shape.folder, file);
    },
  };
}

const sized = ({ mostBytes, mostRows }: PackageOptions, shape: FormShape): FormShape => ({
  ...shape,
  mostBytes: shape.mostBytes === null ? null : (mostBytes ?? shape.mostBytes),
  mostRows: shape.mostRows === null ? null : (mostRows ?? shape.mostRows),
});

function createSeriesByKind(
  { world, sink, closed }: PackageOptions,
  { name, form }: PackageRequest,
  shape: FormShape,
): { get(kind: SeriesKind): Series; all(): Iterable<Series> } {
  const byKind = new Map<SeriesKind, Series>();
  const write: SeriesOptions['write'] = async (path, chunks) => ({
    bytes: await sink.write(name, path, chunks),
    file: sink.fileName(name, path),
  });
  return {
    get: (kind) => {
      const known = byKind.get(kind);
      if (known !== undefined) return known;
      const noted = (file: Omit<ExportedFile, 'package'>, plays: ReadonlySet<OpenPlay>): void => closed({ ...file, package: name }, plays);
      const fresh = createSeries({ seed: world.seed, form, shape, kind, write, closed: noted });
      byKind.set(kind, fresh);
      return fresh;
    },
    all: () => byKind.values(),
  };
}

function otherFiles({ world, account }: PackageOptions, { form, at }: PackageRequest, library: () => Library): readonly PlainFile[] {
  if (!isExtended(form)) return accountFiles(world, account, library(), at);
  return [{ name: 'ReadMeFirst_ExtendedStreamingHistory.pdf', kind: 'read_me', bytes: readMe('Extended streaming history') }];
}

async function writePlain({ sink, closed }: PackageOptions, { name }: PackageRequest, folder: string, plain: PlainFile): Promise<void> {
  const path = `${folder}/${plain.name}`;
  const bytes = await sink.write(name, path, [plain.bytes]);
  const nothing = { records: 0, plays: 0, duplicates: 0, nearCopies: 0, first: null, last: null };
  const kinds = { track: 0, episode: 0, chapter: 0, local: 0 };
  closed({ ...nothing, kinds, bytes, file: sink.fileName(name, path), package: name, kind: plain.kind }, new Set());
}
