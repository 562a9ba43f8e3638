import { groupBy } from '../records/identity.ts';

/** What the test of one seed came to, or of several; of its repeats the mean. */
export interface Tested {
  readonly accuracy: number;
  /** 0 where it is not known. */
  readonly testRows: number;
  readonly checksums: readonly string[];
}

interface Run {
  readonly seed: number;
  readonly outcome: {
    readonly testAccuracy: number | null;
    readonly dataset: {
      readonly checksum: string;
      readonly rows: { readonly test: number };
    } | null;
  } | null;
}

/** The test of each seed that has one. */
export function testedBySeed(runs: readonly Run[]): Map<number, Tested> {
  const groups = groupBy(runs, ({ seed }) => seed);
  return new Map(
    [...groups].flatMap(([seed, repeats]) => {
      const tested = repeats.flatMap(({ outcome }) => {
        if (typeof outcome?.testAccuracy !== 'number') return [];
        const { testAccuracy: accuracy, dataset } = outcome;
        const checksums = dataset ? [dataset.checksum] : [];
        return [{ accuracy, testRows: dataset?.rows.test ?? 0, checksums }];
      });
      return tested.length === 0 ? [] : [[seed, pooled(tested)] as const];
    }),
  );
}

/** Of several tests: the mean of their accuracies, equal for equal numbers of right answers. */
export function pooled(all: Iterable<Tested>): Tested {
  const tested = [...all];
  return {
    accuracy: meanAccuracy(tested),
    testRows: Math.min(...tested.map(({ testRows }) => testRows)),
    checksums: tested.flatMap(({ checksums }) => checksums),
  };
}

/**
 * The mean by counting right answers: sums of accuracies differ in their last digits by the order of
 * the runs, which decided what is better between two that are equal. Where the numbers of rows are not
 * known or differ, or an accuracy is no share of them, it is the mean of the numbers, from the smallest.
 */
export function meanAccuracy(tested: readonly Pick<Tested, 'accuracy' | 'testRows'>[]): number {
  const n = tested.length;
  const [{ testRows: rows }] = tested;
  const right = tested.map(({ accuracy }) => accuracy * rows);
  // The mean of a seed's repeats may be a fraction of an answer: counted in its smallest part.
  const parts = rows * partsOfAnswer;
  const counted = right.map((value) => Math.round(value * partsOfAnswer));
  const whole =
    rows > 0 &&
    tested.every(
      ({ testRows, accuracy }, i) =>
        testRows === rows && Math.abs(accuracy - counted[i] / parts) < 1e-12,
    );
  if (whole) return counted.reduce((sum, count) => sum + count, 0) / (parts * n);
  return (
    tested
      .map(({ accuracy }) => accuracy)
      .sort((a, b) => a - b)
      .reduce((sum, one) => sum + one, 0) / n
  );
}

/** Divided by all numbers of repeats up to 10, and by 12. */
const partsOfAnswer = 2520;
