import type { Spread } from '@kernel-methods/report';
import type { Comparison, VariantSummary } from '../records/comparison.ts';
import type { RunRecord } from '../records/run-record.ts';

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

/** The run that stands for a variant: of its first seed, the first that was done. */
export function recordOf({ records }: Comparison, variant: string): RunRecord | undefined {
  return records
    .filter((record) => record.variant === variant && record.status === 'done')
    .sort((a, b) => a.seed - b.seed || a.repeat - b.repeat)[0];
}
