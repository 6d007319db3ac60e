/** What a lake says of a simulated account's plays, against what is true. */
import type { EvidencePlace } from '../simulator/export/truth.ts';
import { grouped } from '../src/ledger/grouping.ts';
import type { App } from '../src/pipeline/app.ts';
import type { ExportWorld, TruePlay } from './export-world.ts';
import { select } from './lake-facts.ts';

/** A play that the lake lacks, or has too often. */
export interface Difference {
  readonly what: 'lost' | 'invented';
  readonly isClosed: boolean;
  readonly quirks: readonly string[];
  /** The true play, and the records of it with their verdicts. */
  readonly about: string;
}

export interface Comparison {
  /** Plays that can be known of, by whether their day is closed. */
  readonly closed: number;
  readonly open: number;
  readonly differences: readonly Difference[];
}

/** What polls and files have told of one account. */
type Told = Pick<ExportWorld, 'plays' | 'sha256'>;

interface LakeRecord {
  readonly play: TruePlay;
  readonly isPolled: boolean;
  readonly isKept: boolean;
  readonly endedOn: string;
  readonly text: string;
}

const iso = (column: string): string => `strftime(${column}, '%Y-%m-%dT%H:%M:%S.%gZ')`;

/**
 * Every record in the lake is of a true play: by its place in a file, or by its `played_at`. A play is lost where no record that stands for a
 * play is of it, and invented where more of them are than it can be told apart.
 *
 * A play that was told to the exports is on the day of its `ts`, one that was only polled on that of its `played_at`. Throws where records of
 * the lake and of the world are not the same.
 */
export async function compared(app: App, world: Told): Promise<Comparison> {
  const imported = new Set((await select(app, 'select file_sha256 from export_files')).map(([sha256]) => String(sha256)));
  const closed = new Set((await select(app, 'select distinct day::varchar from export_days where is_closed')).map(([day]) => String(day)));
  const inLake = ({ file }: EvidencePlace): boolean => imported.has(world.sha256.get(file) ?? '');
  const differences: Difference[] = [];
  const counts = { closed: 0, open: 0 };
  const byPlay = grouped(await recordsOf(app, world, inLake), ({ play }) => play);
  for (const [play, records] of byPlay) {
    const evidence = play.evidence.filter(inLake);
    const day = (evidence.length > 0 ? play.ts : play.playedAt[0])?.slice(0, 10) ?? '';
    // What was polled is the first that may be one too many.
    const kept = records.filter(({ isKept }) => isKept).sort((a, b) => Number(a.isPolled) - Number(b.isPolled));
    const expected = distinct(evidence);
    const most = expected + (isNameless(play, evidence) ? 1 : 0);
    counts[closed.has(day) ? 'closed' : 'open'] += expected;
    const { evidence: _, ...facts } = play;
    const about = [JSON.stringify(facts), ...records.map(({ text }) => text)].join('\n  ');
    const differs = (what: Difference['what'], on: string): number =>
      differences.push({ what, isClosed: closed.has(on), quirks: play.quirks, about: `${what} on ${on}: ${about}` });
    for (let missing = kept.length; missing < expected; missing += 1) differs('lost', day);
    for (const { endedOn } of kept.slice(most)) differs('invented', endedOn);
  }
  return { ...counts, differences };
}

async function recordsOf(app: App, { plays, sha256 }: Told, inLake: (place: EvidencePlace) => boolean): Promise<readonly LakeRecord[]> {
  const byRecord = new Map<string, TruePlay>();
  for (const play of plays) {
    for (const { file, item } of play.evidence.filter(inLake)) byRecord.set(`${sha256.get(file)?.slice(0, 32)}-${item}`, play);
  }
  const inFiles = byRecord.size;
  for (const play of plays) for (const at of play.playedAt) byRecord.set(at, play);
  const rows = await select(
    app,
    `select case when origin = 'recently_played' then ${iso('ended_from')} else evidence_id end, verdict, ${iso('ended_from')},
       concat_ws(' ', origin, ms_played, title_key, track_uri, ${iso('offline_stamp')}, reason, play_id)
     from play_evidence order by ended_from, origin, evidence_id`,
  );
  const found = rows.map(([record, verdict, endedFrom, text]): LakeRecord => {
    const play = byRecord.get(String(record));
    if (play === undefined) throw new Error(`record ${record} of ${endedFrom} is of no play: ${text}`);
    return {
      play,
      isPolled: String(text).startsWith('recently_played'),
      isKept: verdict === 'kept',
      endedOn: String(endedFrom).slice(0, 10),
      text: `${verdict} ${endedFrom} ${text}`,
    };
  });
  const fromFiles = found.filter(({ isPolled }) => !isPolled).length;
  if (fromFiles !== inFiles) throw new Error(`the files have ${inFiles} records, the lake ${fromFiles}`);
  return found;
}

/** The short history alone tells of it, and without a name: nothing says whether what was polled then is the same play. */
const isNameless = ({ title }: TruePlay, evidence: readonly EvidencePlace[]): boolean =>
  title === null && evidence.length > 0 && evidence.every(isShort);

const isShort = ({ file }: EvidencePlace): boolean => /-account(_old)?\//.test(file);

/** Plays that nothing tells apart are one, but for the short history: it has a row for each of them. */
function distinct(evidence: readonly EvidencePlace[]): number {
  const rows = new Map<string, number>();
  for (const { file } of evidence.filter(isShort)) rows.set(file, (rows.get(file) ?? 0) + 1);
  return Math.max(1, ...rows.values());
}
