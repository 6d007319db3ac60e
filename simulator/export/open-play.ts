import { isShown } from '../listener/play.ts';
import type { PlayedAt } from '../listener/played-at.ts';
import { milliText, secondText } from '../world/calendar.ts';
import type { KeptPlay } from './kept-play.ts';
import type { Quirk } from './quirks.ts';
import type { EvidencePlace, ExportedPlay } from './truth.ts';

/** A play of which records may still wait for their files. */
export interface OpenPlay {
  readonly n: number;
  readonly kept: KeptPlay;
  /** Plays that nothing tells from it. */
  readonly same: KeptPlay[];
  readonly quirks: Set<Quirk>;
  readonly evidence: EvidencePlace[];
  /** Records that were given to a file. */
  records: number;
  /** All packages have had their turn. */
  isComplete: boolean;
}

export function openPlay(n: number, kept: KeptPlay): OpenPlay {
  return { n, kept, same: [], quirks: new Set(kept.quirks), evidence: [], records: 0, isComplete: false };
}

export const isSettled = (play: OpenPlay): boolean => play.isComplete && play.evidence.length === play.records;

export function exportedPlay({ n, kept, same, quirks, evidence }: OpenPlay, playedAt: PlayedAt): ExportedPlay {
  const { play, ts, msPlayed, names, uri, stamp } = kept;
  const all = [play, ...same.map((one) => one.play)];
  return {
    ...{ n, msPlayed, uri, stamp, evidence },
    count: all.length,
    startedAt: milliText(play.startedAt),
    endedAt: milliText(play.endedAt),
    playedAt: all.filter(isShown).map((one) => milliText(playedAt(one))),
    ts: ts === null ? null : secondText(ts),
    kind: play.kind,
    itemId: play.itemId,
    title: names?.title ?? null,
    artist: names?.artist ?? null,
    quirks: [...quirks],
  };
}
