import type { Command } from 'commander';
import { wholeNumber } from '../cli.ts';
import type { Act, AddVerb } from '../verb.ts';
import { showAdded } from './rules.ts';

const DEFAULT_ROWS = 20;

export const addRecordings: AddVerb = (program, act) => {
  const recordings = program
    .command('recordings')
    .summary('list what may be one recording beyond a shared ISRC, and accept or refuse it')
    .description(
      'Tracks of one ISRC are one recording by themselves. What else may be one is only suggested; accepting or refusing makes a rule, which `tonearm rules remove` undoes.',
    );
  recordings
    .command('suggest', { isDefault: true })
    .summary('list pairs with the same title and artist, of about the same length where it is known')
    .option('--limit <pairs>', 'Pairs shown at most', String(DEFAULT_ROWS))
    .action(
      act(async (cli, { limit }: { readonly limit: string }) => {
        const most = wholeNumber(limit, '--limit');
        const suggestions = await cli.withApp((app) => app.recordings.suggest({ limit: most }, cli.effects.signal));
        const { tableText } = await import('../render/table.ts');
        const columns = [
          { name: 'title', type: 'text' },
          { name: 'artist', type: 'text' },
          { name: 'track plays', type: 'integer' },
          { name: 'other plays', type: 'integer' },
          { name: 'same', type: 'text' },
          { name: 'track', type: 'text', isWhole: true },
          { name: 'other', type: 'text', isWhole: true },
        ];
        const cells = suggestions.map((one) => [
          one.track_name,
          one.artist_name,
          one.play_count,
          one.other_play_count,
          one.told_by,
          one.track_uri,
          one.other_uri,
        ]);
        cli.result({ suggestions }, () => (cells.length === 0 ? 'nothing to suggest\n' : tableText(columns, cells, cli)));
        cli.note(cli.paint.dim('`tonearm recordings accept <a> <b>` makes two of them one, `refuse` never asks again.'));
        return 0;
      }),
    );
  addDecision(recordings, act, 'accept');
  addDecision(recordings, act, 'refuse');
};

function addDecision(recordings: Command, act: Act, verb: 'accept' | 'refuse'): void {
  recordings
    .command(verb)
    .summary(verb === 'accept' ? 'make two tracks one recording' : 'keep two tracks apart, and suggest them no more')
    .argument('<a>', 'URI, link or id of a track')
    .argument('<b>', verb === 'accept' ? 'The other' : 'The other; it leaves the recording where they share an ISRC')
    .action(
      act(async (cli, a: string, b: string) => {
        const { uriOf } = await import('../../../pipeline/rule-draft.ts');
        const tracks = [uriOf(a, 'track'), uriOf(b, 'track')] as const;
        showAdded(cli, await cli.withApp((app) => app.recordings.decide(tracks, verb === 'accept', cli.effects.signal)));
        return 0;
      }),
    );
}
