import { shown } from './shown.ts';

/**
 * The `hint` of an error: "Did you mean 'epochs'?" if a name is close to `text`, otherwise an empty
 * string.
 */
export function didYouMean(text: unknown, names: readonly string[]): string {
  const name = typeof text === 'string' ? nearest(text, names) : undefined;
  return name === undefined ? '' : `Did you mean ${shown(name)}?`;
}

/**
 * The name that differs least from `text`, ignoring case, if at most a third of the letters (at
 * least one) differ. Missing, extra, wrong and transposed letters count.
 */
export function nearest(text: string, names: readonly string[]): string | undefined {
  const most = Math.max(1, Math.floor(text.length / 3));
  let best: string | undefined;
  let least = most + 1;
  for (const name of names) {
    // Each letter of difference in length is an edit, so long texts are skipped at no cost.
    if (Math.abs(name.length - text.length) >= least) continue;
    const edits = editsBetween(text.toLowerCase(), name.toLowerCase());
    if (edits < least) {
      best = name;
      least = edits;
    }
  }
  return best;
}

/**
 * Insertions, deletions, substitutions and transpositions of neighbours that turn `a` into `b`:
 * Damerau (1964) and Levenshtein (1966), no letter edited twice (optimal string alignment).
 */
function editsBetween(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substituted = last[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      row[j] = Math.min(substituted, last[j] + 1, row[j - 1] + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
      }
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length];
}
