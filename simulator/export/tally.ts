import { isShown } from '../listener/play.ts';
import type { PlayedAt } from '../listener/played-at.ts';
import { exportedPlay, isSettled, type OpenPlay } from './open-play.ts';
import type { Quirk } from './quirks.ts';
import type { ExportedFile, ExportedPlay, ExportManifest } from './truth.ts';

interface Tally {
  /** A file was written; its plays may be settled by that. */
  closed(file: ExportedFile, plays: ReadonlySet<OpenPlay>): void;
  /** No more records come of it. */
  completed(play: OpenPlay): void;
  result(): Pick<ExportManifest, 'files' | 'totals' | 'quirks'>;
}

/** Counts files and plays as they are done; `told` hears of each play when its last record is in a file. */
export function createTally(playedAt: PlayedAt, told: (play: ExportedPlay) => void): Tally {
  const files: ExportedFile[] = [];
  const quirks = new Map<Quirk, number>();
  let plays = 0;
  let playsWithEvidence = 0;
  const settle = (play: OpenPlay): void => {
    if (!isSettled(play)) return;
    if (isShown(play.kept.play) && playedAt(play.kept.play) !== play.kept.play.endedAt) play.quirks.add('late_played_at');
    for (const quirk of play.quirks) quirks.set(quirk, (quirks.get(quirk) ?? 0) + 1);
    plays += 1;
    if (play.evidence.length > 0) playsWithEvidence += 1;
    told(exportedPlay(play, playedAt));
  };
  return {
    closed: (file, written) => {
      files.push(file);
      for (const play of written) settle(play);
    },
    completed: (play) => {
      play.isComplete = true;
      settle(play);
    },
    result: () => {
      const sum = (count: (file: ExportedFile) => number): number => files.reduce((total, file) => total + count(file), 0);
      return {
        files,
        totals: {
          ...{ plays, playsWithEvidence },
          records: sum((file) => file.records),
          duplicates: sum((file) => file.duplicates),
          nearCopies: sum((file) => file.nearCopies),
        },
        quirks: Object.fromEntries([...quirks].sort(([a], [b]) => (a < b ? -1 : 1))),
      };
    },
  };
}
