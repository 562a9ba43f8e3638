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

export function pooled(all: Iterable<Tested>): Tested {
  const tested = [...all];
  return {
    accuracy: tested.reduce((sum, { accuracy }) => sum + accuracy, 0) / tested.length,
    testRows: Math.min(...tested.map(({ testRows }) => testRows)),
    checksums: tested.flatMap(({ checksums }) => checksums),
  };
}
