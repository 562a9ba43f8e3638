import type { Comparison } from '../comparison/comparison.ts';
import type { Sort } from '../options/comparison-options.ts';
import { latest } from './latest.ts';
import { sortVariants } from './sort-variants.ts';
import { summarize } from './summarize.ts';

/** All that a comparison found, its variants sorted. */
export function createComparison({
  records,
  sort,
  ...rest
}: Omit<Comparison, 'version' | 'variants'> & { readonly sort: Sort }): Comparison {
  const { aborted, startedAt, machine, skipped } = rest;
  return {
    version: 1,
    aborted,
    startedAt,
    machine,
    records: latest(records),
    skipped,
    variants: sortVariants(summarize(records), sort),
  };
}
