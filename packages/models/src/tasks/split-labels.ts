import type { TargetsLike } from '../data/labels.ts';

/**
 * The labels that a text names, each once, without the spaces around them.
 *
 * @example
 * splitLabels('red; round', ';'); // ['red', 'round']
 * splitLabels('', ';'); // []
 */
export function splitLabels(text: string, separator: string): string[] {
  const names = text.split(separator).map((name) => name.trim());
  return [...new Set(names)].filter((name) => name !== '');
}

/** Targets with the names of each text in its place, where there is a separator. */
export function splitTexts(
  y: TargetsLike | undefined,
  separator: string | undefined,
): TargetsLike | undefined {
  if (separator === undefined || !Array.isArray(y)) return y;
  const rows: readonly unknown[] = y;
  return rows.map((row) =>
    typeof row === 'string' ? splitLabels(row, separator) : row,
  ) as TargetsLike;
}
