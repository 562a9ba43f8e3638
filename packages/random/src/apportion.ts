import type { Random } from './random.ts';

/**
 * Divides `total` among groups in proportion to their sizes: each group's share is rounded down,
 * then up for those with the largest remainders (Hamilton's method). Equal remainders are decided
 * at random.
 *
 * @returns one whole number per group; they sum to `total`.
 *
 * @example
 * apportion(5, [60, 30, 10], createRandom(0)); // [3, 1, 1] or [3, 2, 0]
 */
export function apportion(
  total: number,
  sizes: readonly number[],
  random: Pick<Random, 'uniform'>,
): number[] {
  const whole = sizes.reduce((sum, size) => sum + size, 0);
  const shares = sizes.map((size) => (size * total) / whole);
  const groups = shares.map((share, at) => ({ at, remainder: share % 1, tie: random.uniform() }));
  const counts = shares.map(Math.floor);
  let missing = total - counts.reduce((sum, count) => sum + count, 0);
  for (const { at } of groups.sort((a, b) => b.remainder - a.remainder || a.tie - b.tie)) {
    if (missing-- > 0) counts[at]++;
  }
  return counts;
}
