import type { Command } from 'commander';
import type { App } from '../../../pipeline/app.ts';
import type { Cli } from '../cli.ts';
import type { Act, AddVerb } from '../verb.ts';

type Rule = Awaited<ReturnType<App['rules']['list']>>[number];
type Added = Awaited<ReturnType<App['rules']['add']>>;

export const addRules: AddVerb = (program, act) => {
  const rules = program
    .command('rules')
    .summary('list, add or remove what reports leave out, count or call otherwise')
    .description(
      'Rules are files in rules/ of the lake, one each, applied when plays are read: an import or rebuild never loses them, and removing one undoes it. The tables themselves stay complete.',
    );
  addList(rules, act);
  addAdd(rules, act);
  rules
    .command('remove')
    .summary('undo a rule')
    .argument('<id>', 'As `rules list` names it')
    .action(
      act(async (cli, id: string) => {
        const removed = await cli.withApp((app) => app.rules.remove(id));
        cli.result({ removed: id, ...removed }, () => `${id} is undone\n`);
        return 0;
      }),
    );
};

function addList(rules: Command, act: Act): void {
  rules
    .command('list', { isDefault: true })
    .summary('list the rules, with what each hides now and since when it is in force')
    .option('--account <name>', 'Only rules about this account')
    .action(
      act(async (cli, { account }: { readonly account?: string }) => {
        const listed = await cli.withApp((app) => app.rules.list({ account: account ?? null }, cli.effects.signal));
        const { tableText } = await import('../render/table.ts');
        const columns = [
          { name: 'rule', type: 'text', isWhole: true },
          { name: 'about', type: 'text' },
          { name: 'account', type: 'text', usual: '' },
          { name: 'hides', type: 'integer' },
          { name: 'renames', type: 'integer' },
          { name: 'since', type: 'text' },
          { name: 'note', type: 'text' },
        ];
        const cells = listed.map((rule) => [
          rule.rule_id,
          rule.about,
          rule.account_id,
          rule.hidden_count,
          rule.renamed_count,
          rule.created_at.slice(0, 10),
          rule.note,
        ]);
        cli.result({ rules: listed }, () => (listed.length === 0 ? 'no rule is in force\n' : tableText(columns, cells, cli)));
        return 0;
      }),
    );
}

interface Draft {
  readonly account?: string;
  readonly track?: string;
  readonly artist?: string;
  readonly show?: string;
  readonly from?: string;
  readonly to?: string;
  readonly counting?: string;
  readonly trackName?: string;
  readonly artistName?: string;
  readonly albumName?: string;
  readonly showName?: string;
  readonly note?: string;
}

function addAdd(rules: Command, act: Act): void {
  rules
    .command('add')
    .summary('add a rule: exclude, count or override')
    .description(
      'exclude leaves plays out of reports: those of a track, artist or show, those of a time span, or those of the one within the other. count says what counts as a play. override gives a track or episode other names. Which tracks are one recording is said with `tonearm recordings`.',
    )
    .argument('<kind>', 'exclude, count or override')
    .option('--account <name>', 'Only plays of this account')
    .option('--track <track>', 'URI, link or id of a track; also the URI of an episode, chapter or local file')
    .option('--artist <artist>', 'Name, URI, link or id of an artist')
    .option('--show <show>', 'Name, URI, link or id of a podcast or audiobook')
    .option('--from <time>', "First day of the account's time zone, or a time in UTC such as 2024-12-24T18:00:00Z")
    .option('--to <time>', 'Last day, or the time in UTC before which')
    .option('--counting <rule>', 'What counts as a play: any, 30s, completed or half')
    .option('--track-name <title>', 'Title to show')
    .option('--artist-name <name>', 'Artist to show')
    .option('--album-name <title>', 'Album to show')
    .option('--show-name <title>', 'Show to show')
    .option('--note <text>', 'Why, for whoever reads it later')
    .action(
      act(async (cli, kind: string, draft: Draft) => {
        const { ruleDraft } = await import('../../../pipeline/rule-draft.ts');
        const added = await cli.withApp((app) => app.rules.add(ruleDraft(kind, { ...draft }), cli.effects.signal));
        showAdded(cli, added);
        return 0;
      }),
    );
}

/** What a new rule does, and what it names in vain. */
export function showAdded(cli: Cli, { key, rule, wasThere }: Added): void {
  const known = wasThere ? ' is there already' : '';
  cli.result({ key, rule, wasThere }, () => `${rule.rule_id}${known}: ${effectText(rule)}\n`);
  if (rule.unknown_uris !== null) cli.warn(`the lake does not know ${rule.unknown_uris}: the rule waits for it`);
  cli.note(cli.paint.dim(`Kept in ${key}; \`tonearm rules remove ${rule.rule_id}\` undoes it.`));
}

function effectText({ about, kind, hidden_count, renamed_count }: Rule): string {
  const said = about ?? kind;
  const plays = (count: number): string => `${count.toLocaleString('en-US')} ${count === 1 ? 'play' : 'plays'}`;
  if (hidden_count !== null) return `${said}; it hides ${plays(hidden_count)} now`;
  return renamed_count === null ? said : `${said}; it renames ${plays(renamed_count)} now`;
}
