/** The exports that a person asks for in the course of a year, and all that polls and they tell together. */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { exportTruth } from '../simulator/export/export.ts';
import { QUIRKS, type Quirks, webApiOptionsFor } from '../simulator/export/quirks.ts';
import type { ExportedPlay } from '../simulator/export/truth.ts';
import { listeningOf } from '../simulator/listener/paced.ts';
import { isShown, type Play } from '../simulator/listener/play.ts';
import { createPlayedAt } from '../simulator/listener/played-at.ts';
import type { Simulator } from '../simulator/simulator.ts';
import type { TruePlay } from './export-world.ts';

/** Every oddity of one package; each is asked for once. */
const { overlapping: _, differing_detail: __, ...ODD } = QUIRKS;
export const YEAR_QUIRKS: Quirks = ODD;

export interface YearExports {
  /** Asks for one now: the files on this machine. */
  ask(now: Date, folder: string): Promise<readonly string[]>;
  /** Until which moment the last one tells. */
  until(): number;
  /** Whatever may be known by `now`, each once. */
  plays(now: Date): readonly TruePlay[];
  readonly sha256: ReadonlyMap<string, string>;
}

export function yearExports({ world, listeners }: Simulator, seed: string): YearExports {
  const [ada] = listeners;
  if (ada === undefined) throw new Error('the world has no ada');
  const playedAt = createPlayedAt(seed, webApiOptionsFor(YEAR_QUIRKS).latePlayedAt);
  const sha256 = new Map<string, string>();
  const told = new Map<string, ExportedPlay>();
  let until = 0;
  return {
    sha256,
    until: () => until,
    ask: async (now, folder) => {
      until = Math.floor(now.getTime() / 1000) * 1000;
      const name = `at-${now.toISOString().slice(0, 10)}`;
      const { truth, files } = await exportTruth({
        ...{ world, listening: listeningOf(ada), until, forms: ['extended'], quirks: YEAR_QUIRKS, packageName: () => name },
      });
      for (const play of truth.plays) {
        const key = `${play.startedAt} ${play.itemId} ${play.stamp}`;
        told.set(key, { ...play, evidence: [...(told.get(key)?.evidence ?? []), ...play.evidence] });
      }
      const paths: string[] = [];
      for (const { file, records } of truth.files) {
        const bytes = files.get(file);
        if (bytes === undefined || records === 0) continue;
        sha256.set(file, createHash('sha256').update(bytes).digest('hex'));
        const path = join(folder, file);
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, bytes);
        paths.push(path);
      }
      return paths;
    },
    plays: (now) => [
      ...told.values(),
      ...ada
        .plays(until, now.getTime())
        .filter(isShown)
        .map((play) => polledOnly(play, playedAt(play))),
    ],
  };
}

const polledOnly = ({ itemId, msPlayed }: Play, playedAt: number): TruePlay => ({
  ...{ msPlayed, playedAt: [new Date(playedAt).toISOString()], uri: `spotify:track:${itemId}` },
  ...{ ts: null, title: null, stamp: null, quirks: [], evidence: [] },
});
