import type { Comparison } from '../comparison/comparison.ts';
import { count } from '../terminal/format.ts';
import { groupBy } from './group-by.ts';

/**
 * What the runs were on: "MNIST (9,600–48,000 training rows), synthetic digits (800 training rows)".
 * Empty where none tells it.
 */
export function dataText({ records }: Pick<Comparison, 'records'>): string {
  const datasets = records.flatMap(({ outcome }) => outcome?.dataset ?? []);
  return [...groupBy(datasets, ({ name }) => name)]
    .map(([name, all]) => {
      const rows = all.map(({ rows: { train } }) => train);
      const between = [...new Set([Math.min(...rows), Math.max(...rows)])];
      return `${name} (${between.map(count).join('–')} training rows)`;
    })
    .join(', ');
}
