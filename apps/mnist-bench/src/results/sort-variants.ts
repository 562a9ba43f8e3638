import type { VariantSummary } from '../comparison/comparison.ts';
import type { Sort } from '../options/comparison-options.ts';

/** Best first; equal ones by what else tells them apart; those without a figure last. */
export function sortVariants(variants: readonly VariantSummary[], by: Sort): VariantSummary[] {
  const order = [costs[by], ...Object.values(costs)];
  return variants.toSorted((a, b) => {
    for (const cost of order) {
      const [left, right] = [cost(a), cost(b)];
      // Not their difference: of two infinities that is no number.
      if (left !== right) return left < right ? -1 : 1;
    }
    return a.variant < b.variant ? -1 : a.variant > b.variant ? 1 : 0;
  });
}

/** The less the better. */
const costs: Record<Sort, (variant: VariantSummary) => number> = {
  accuracy: ({ accuracy }) => -(accuracy?.mean ?? Number.NEGATIVE_INFINITY),
  seconds: ({ seconds }) => seconds?.median ?? Number.POSITIVE_INFINITY,
  memory: ({ memory }) => memory?.median ?? Number.POSITIVE_INFINITY,
};
