import type { Comparison } from '../comparison/comparison.ts';
import { checkSameTask } from '../peers/check-same-task.ts';
import { mixedRuns } from './mixed-runs.ts';

/** Why figures of this comparison do not compare: a line each, none where all is well. */
export const warningsOf = (comparison: Comparison): string[] => [
  ...mixedRuns(comparison),
  ...checkSameTask(comparison.records),
];
