import type { Comparison } from '../comparison/comparison.ts';
import type { RunRecord } from '../comparison/record.ts';

/** The run that stands for a variant: of its first seed, the first that was done. */
export function recordOf({ records }: Comparison, variant: string): RunRecord | undefined {
  return records
    .filter((record) => record.variant === variant && record.status === 'done')
    .sort((a, b) => a.seed - b.seed || a.repeat - b.repeat)[0];
}
