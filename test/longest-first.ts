import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Each takes a processor for ten seconds to a minute. */
const LONGEST = [
  ...['crash', 'faults', 'year', 'crash-two-writers', 'crash-purge', 'bad-disks', 'aws/lake', 'export-truth', 'lake', 'truth'],
  ...[
    'lists.laws',
    'guard',
    'ledger.laws',
    'export-truth-crash',
    'browser/dashboard',
    'snowflake/engine',
    'quirks',
    'evidence-export',
    'purge',
    'at-work',
    'cli',
    'dimensions.laws',
  ],
].map((name) => `/${name}.test.ts`);

const placeOf = ({ moduleId }: TestSpecification): number => {
  const place = LONGEST.findIndex((name) => moduleId.endsWith(name));
  return place < 0 ? LONGEST.length : place;
};

/** Begins with the files that take longest, so that all workers end together; the others are in the order that Vitest gives them. A class, as Vitest asks for one. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).toSorted((one, other) => placeOf(one) - placeOf(other));
  }
}
