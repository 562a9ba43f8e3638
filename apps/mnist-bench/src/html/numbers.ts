import type { Spread } from '../comparison/comparison.ts';
import { seconds } from '../terminal/format.ts';

export const percent = (share: number) => `${(100 * share).toFixed(2)} %`;

/** 94.46 ± 0.11 %: the mean, and the standard deviation where there are several. */
export function meanPercent({ mean, deviation, n }: Spread): string {
  const spread = n > 1 ? ` ± ${(100 * deviation).toFixed(2)}` : '';
  return `${(100 * mean).toFixed(2)}${spread} %`;
}

/** The median, and from where to where they go if that can be seen. */
export function medianOf({ median, low, high }: Spread, write: (value: number) => string): string {
  const range = write(low) === write(high) ? '' : ` (${write(low)} – ${write(high)})`;
  return `${write(median)}${range}`;
}

export const medianSeconds = (spread: Spread) => medianOf(spread, seconds);
