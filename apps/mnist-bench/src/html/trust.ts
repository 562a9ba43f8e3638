import type { Figure } from '@kernel-methods/report/page';
import { coverageRiskFigure, mostLines, reliabilityFigure } from '@kernel-methods/report/plots';
import type { Comparison } from '../records/comparison.ts';
import { pointsOf, recordOf } from './points.ts';

/** Whether probabilities are true, of the most accurate variants that have some; null for none. */
export function probabilitiesFigure(comparison: Comparison): Figure | null {
  const series = outcomesOf(comparison).flatMap(({ name, outcome }) =>
    outcome.reliability ? [{ name, ...outcome.reliability }] : [],
  );
  if (series.length === 0) return null;
  return reliabilityFigure('reliability', series.slice(0, mostLines));
}

/** What rejecting buys, of the most accurate variants that reject; null for none. */
export function rejectFigure(comparison: Comparison): Figure | null {
  const series = outcomesOf(comparison).flatMap(({ name, outcome }) =>
    outcome.open?.curve ? [{ name, curve: outcome.open.curve, chosen: outcome.open.coverage }] : [],
  );
  if (series.length === 0) return null;
  return coverageRiskFigure('rejecting', series.slice(0, mostLines));
}

/** The run that stands for each variant, the most accurate first. */
const outcomesOf = (comparison: Comparison) =>
  pointsOf(comparison).flatMap(({ variant }) => {
    const outcome = recordOf(comparison, variant)?.outcome;
    return outcome ? [{ name: variant, outcome }] : [];
  });
