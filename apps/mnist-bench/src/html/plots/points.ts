import type { Comparison, Spread, VariantSummary } from '../../comparison/comparison.ts';

/** A variant with figures to draw. */
export interface Point extends VariantSummary {
  readonly accuracy: Spread;
  readonly seconds: Spread;
}

/** The variants that came to something, the most accurate first. */
export function pointsOf({ variants }: Comparison): Point[] {
  return variants
    .filter((one): one is Point => one.accuracy !== null && one.seconds !== null)
    .sort((a, b) => b.accuracy.mean - a.accuracy.mean || a.seconds.median - b.seconds.median);
}

export const isOurs = ({ system }: Pick<VariantSummary, 'system'>) => system === 'kernel-methods';
