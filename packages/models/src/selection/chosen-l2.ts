import { inTurns } from '@kernel-methods/simd';
import type { Dataset } from '../data/dataset.ts';
import type { SharedFeatures } from '../fit/shared-features.ts';
import type { ResolvedOptions } from '../options.ts';
import type { RidgeAccumulator } from '../ridge/accumulator.ts';
import { chooseL2Steps, SAMPLE_ROWS } from '../ridge/choose-l2.ts';
import { RowSample } from '../ridge/row-sample.ts';

/** The penalty that was given: that of the solver takes precedence over that of the model. */
export const givenL2 = ({ solver, l2 }: ResolvedOptions): number | undefined =>
  solver.ridge?.l2 ?? l2;

/** The penalty that the solver 'direct' chooses for some rows, whose sums are `sums`. */
export async function chosenL2(
  shared: SharedFeatures,
  { rows, weights }: { rows: Dataset; weights?: Float32Array },
  picked: Int32Array,
  sums: RidgeAccumulator,
  { seed }: Pick<ResolvedOptions, 'seed'>,
): Promise<number> {
  const examples = shared.examples(rows, picked, weights);
  try {
    const sample = new RowSample(shared.numerics, examples, SAMPLE_ROWS, seed);
    for await (const chunk of examples.chunks()) await sample.take(chunk);
    return await inTurns(chooseL2Steps(sample.rows, sums.weight), shared.signal);
  } finally {
    examples.dispose();
  }
}
