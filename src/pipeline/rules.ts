import { randomInt } from 'node:crypto';
import { readRules, ruleObjects } from '../engines/rule-files.ts';
import { PipelineError } from '../kernel/errors.ts';
import { suggestion } from '../kernel/nearest.ts';
import { rules as report } from '../reports/rules.ts';
import { isRuleId, RULES_PREFIX, type Rule, type RuleBody, readRule, ruleKey, ruleText } from '../tables/rule.ts';
import { refuseUnknown } from './accounts.ts';
import type { Context } from './context.ts';
import { withEngine } from './engine-access.ts';
import { reportRows } from './report-rows.ts';
import type { RuleBook, RuleDraft } from './rule-book.ts';

export function createRuleBook(context: Context): RuleBook {
  const list: RuleBook['list'] = ({ account }, signal) =>
    withEngine(context, (engine) => reportRows(engine, report, { account }, context.clock, signal));
  return {
    list: async (options, signal) => {
      await refuseUnknown(context, options.account, signal);
      return list(options, signal);
    },
    add: async (draft, signal) => {
      const { id, wasThere } = await writeRule(context, draft, signal);
      const rule = (await list({ account: null }, signal)).find(({ rule_id }) => rule_id === id);
      if (rule === undefined) throw new PipelineError(`the rule ${id} was removed at once`, { code: 'conflict', hint: 'Run it again.' });
      return { key: ruleKey(id), rule, wasThere };
    },
    remove: (id) => removeRule(context, id),
  };
}

async function writeRule(
  context: Context,
  draft: RuleDraft,
  signal: AbortSignal,
): Promise<{ readonly id: string; readonly wasThere: boolean }> {
  const { store, clock } = context;
  const read = readRule({ ...draft, created_at: clock.now().toISOString() });
  if ('fault' in read) {
    throw new PipelineError(`that is no rule: ${read.fault}`, { code: 'usage', hint: 'See `tonearm rules add --help`.' });
  }
  const { rule } = read;
  if ('account' in rule) await refuseUnknown(context, rule.account ?? null, signal);
  const others = await readRules(store, await ruleObjects(store));
  const same = others.find((one) => meaningOf(one) === meaningOf(rule));
  if (same !== undefined) return { id: same.rule_id, wasThere: true };
  refuseContradiction(rule, others);
  for (;;) {
    const id = newId(rule);
    if (await store.create(ruleKey(id), Buffer.from(ruleText(rule)))) return { id, wasThere: false };
  }
}

/** What a rule says, whenever it was said and for whatever reason; the order of tracks says nothing. */
function meaningOf(rule: RuleBody | Rule): string {
  const unsaid = { rule_id: undefined, note: undefined, created_at: undefined };
  return JSON.stringify({ ...rule, ...unsaid, ...('tracks' in rule ? { tracks: rule.tracks.toSorted() } : {}) });
}

const LETTERS = 'abcdefghijkmnpqrstuvwxyz23456789';

/** Short enough to type: `exclude-track-4k2x`. */
function newId(rule: RuleBody): string {
  const subject =
    rule.kind === 'exclude' ? (['track', 'artist', 'show', 'span'] as const).find((one) => rule[one] !== undefined) : undefined;
  const letters = Array.from({ length: 4 }, () => LETTERS[randomInt(LETTERS.length)]);
  return [rule.kind.replaceAll('_', '-'), ...(subject === undefined ? [] : [subject]), letters.join('')].join('-');
}

/** Two rules of which nobody could tell which one holds. */
function refuseContradiction(rule: RuleBody, others: readonly Rule[]): void {
  const other = others.find((one) => isContradicted(rule, one) || isContradicted(one, rule));
  if (other === undefined) return;
  throw new PipelineError(`the rule ${other.rule_id} says so already, or otherwise`, {
    code: 'usage',
    hint: `Undo it first: tonearm rules remove ${other.rule_id}`,
  });
}

function isContradicted(rule: RuleBody, by: RuleBody): boolean {
  if (rule.kind === 'count' && by.kind === 'count') return rule.account === by.account;
  if (rule.kind === 'override' && by.kind === 'override') {
    const isShared = Object.keys(rule.set).some((name) => name in by.set);
    return rule.account === by.account && rule.item === by.item && isShared;
  }
  if (rule.kind !== 'different_recordings') return false;
  return (by.kind === 'same_recording' || by.kind === 'different_recordings') && rule.tracks.every((uri) => by.tracks.includes(uri));
}

async function removeRule({ store }: Context, id: string): Promise<{ readonly key: string }> {
  const ids = (await ruleObjects(store)).map(({ key }) => key.slice(RULES_PREFIX.length, -'.json'.length));
  if (!isRuleId(id) || !ids.includes(id)) {
    const hint = ids.length === 0 ? 'No rule is in force.' : suggestion(id, ids);
    throw new PipelineError(`there is no rule ${id}`, { code: 'not_found', hint });
  }
  await store.remove([ruleKey(id)]);
  return { key: ruleKey(id) };
}
