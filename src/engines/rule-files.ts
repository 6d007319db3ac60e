import { text } from 'node:stream/consumers';
import type { ObjectStore, StoredObject } from '../landing/object-store.ts';
import { parseRule, RULES_PREFIX, type Rule } from '../tables/rule.ts';

/** The files of the rules, in the order of their ids. */
export async function ruleObjects(store: ObjectStore): Promise<readonly StoredObject[]> {
  const found: StoredObject[] = [];
  for await (const object of store.list(RULES_PREFIX)) if (object.key.endsWith('.json')) found.push(object);
  return found;
}

/** Errors: `corrupt`, naming the first file that holds no rule. One that is removed meanwhile is no rule any more. */
export async function readRules(store: ObjectStore, objects: readonly StoredObject[]): Promise<readonly Rule[]> {
  const rules: Rule[] = [];
  for (const { key } of objects) {
    const stream = await store.open(key);
    if (stream !== null) rules.push(parseRule(key, await text(stream)));
  }
  return rules;
}
