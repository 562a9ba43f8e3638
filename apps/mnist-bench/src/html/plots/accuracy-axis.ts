import type { ScaleOptions } from '@observablehq/plot';
import { logDomain, logTicks, plain } from './scales.ts';

/** The least error that is drawn, in %: the axis has no place for none. */
const leastError = 0.005;

/** Error in %, of an accuracy from 0 to 1. */
export const errorOf = (accuracy: number) => Math.max(leastError, 100 * (1 - accuracy));

/**
 * An axis of accuracy. It is logarithmic in the error, so that 99 and 99.5 % are as far apart as 80
 * and 90 %: half the error is the same step everywhere.
 */
export function accuracyAxis(errors: readonly number[], label: string): ScaleOptions {
  const domain = logDomain(errors);
  return {
    type: 'log',
    domain: [Math.min(100, domain[1]), domain[0]],
    ticks: logTicks(domain),
    tickFormat: (error: number) => plain(100 - error),
    label: `${label} (%)`,
    labelArrow: 'none',
    grid: true,
  } as ScaleOptions;
}
