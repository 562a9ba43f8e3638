/** The name that differs least from `text`, if it differs little enough to be what was meant. */
export function nearest(text: string, names: readonly string[]): string | undefined {
  const most = Math.max(1, Math.floor(text.length / 3));
  const ranked = names
    .map((name) => ({ name, distance: distanceOf(text.toLowerCase(), name.toLowerCase()) }))
    .filter(({ distance }) => distance <= most)
    .sort((a, b) => a.distance - b.distance);
  return ranked[0]?.name;
}

/**
 * Edits that turn `a` into `b`: insertions, deletions, replacements, and neighbours that change places
 * (Damerau 1964, in the form where no part is edited twice).
 */
function distanceOf(a: string, b: string): number {
  let above: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const before = above;
    above = row;
    row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = above[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped =
        i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
          ? before[j - 2] + 1
          : Number.POSITIVE_INFINITY;
      row.push(Math.min(replaced, above[j] + 1, row[j - 1] + 1, swapped));
    }
  }
  return row[b.length];
}
