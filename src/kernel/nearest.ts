/** Fewest single-character insertions, deletions, replacements and neighbour swaps that turn one word into the other. */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const line = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const isSame = a[row - 1] === b[column - 1];
      const isSwapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      const cost = Math.min(
        (above[column] ?? 0) + 1,
        (line[column - 1] ?? 0) + 1,
        (above[column - 1] ?? 0) + (isSame ? 0 : 1),
        isSwapped ? (before[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
      );
      line.push(cost);
    }
    before = above;
    above = line;
  }
  return above[b.length] ?? 0;
}

/**
 * The known word that a misspelt one most likely means; null where none is near (more than a third of its letters differ).
 * Case, `-` and `_` do not count as differences. Words longer than 64 characters are no misspellings of ours.
 */
export function nearest(word: string, known: readonly string[]): string | null {
  if (word.length > 64) return null;
  const plain = (text: string): string => text.toLowerCase().replaceAll('_', '-');
  const scored = known.map((candidate) => ({ candidate, far: distance(plain(word), plain(candidate)) }));
  const best = scored.sort((a, b) => a.far - b.far)[0];
  return best !== undefined && best.far <= Math.max(1, Math.ceil(best.candidate.length / 3)) ? best.candidate : null;
}

/** Letters of a list of what is known: all tables or reports are less, the files of many years of exports far more. */
const MOST_LISTED = 800;

/** `Did you mean x?` where a known word is near, else the list of what is known, with the rest counted where it is long. */
export function suggestion(word: string, known: readonly string[]): string {
  const near = nearest(word, known);
  if (near !== null) return `Did you mean ${near}?`;
  let letters = 0;
  const listed = known.filter((one, at) => {
    letters += one.length + 2;
    return at === 0 || letters <= MOST_LISTED;
  });
  const rest = known.length - listed.length;
  return `Known: ${listed.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}.`;
}
