import type { NumericArray } from '../data/rows.ts';
import type { KernelModel } from '../estimators/kernel-model.ts';
import type { Prepared } from '../fit/prepare.ts';
import { valuesOf } from '../numerics/picked.ts';
import type { TestedRows } from './scorers.ts';
import { type Candidate, type Study, weightsFor } from './study.ts';
import { noClasses } from './tested-rows.ts';

/** Fits a candidate whole, its map too, on a fold's rows, and tests it. */
export async function networkFold(
  study: Study,
  candidate: Candidate,
  fold: number,
): Promise<TestedRows> {
  const { rows, signal } = study;
  const { train, test } = study.folds[fold];
  const { classWeight, validationSplit, ...fitOptions } = study.fitOptions;
  const model = (candidate.model as KernelModel).clone();
  const x = rows.x.take(train);
  const testX = rows.x.take(test);
  try {
    // Balanced weights are counted by `fit`, without the rows that it keeps for validation.
    const isBalanced = classWeight === 'balanced';
    const sampleWeight = isBalanced
      ? fitOptions.sampleWeight && valuesOf(fitOptions.sampleWeight, train, 1)
      : weightsFor(study, train);
    await model.fit(x, targetsOf(rows, train), {
      ...fitOptions,
      ...{ validationSplit, sampleWeight, signal },
      ...(isBalanced && { classWeight }),
    });
    const { data: decisions } = await model.decisionFunction(testX);
    const { classes, indices, targets } = rows;
    if (classes === undefined || indices === undefined) {
      const { units } = rows;
      const truth = valuesOf(targets, test, units);
      return { truth, predictions: decisions, decisions, units, probabilities: noClasses };
    }
    const { data: probabilities } = await model.predictProba(testX);
    return {
      classes,
      truth: test.map((row) => indices[row]),
      predictions: Int32Array.from(await model.predict<number>(testX)),
      units: decisions.length / test.length,
      decisions,
      probabilities: async () => probabilities,
    };
  } finally {
    model.dispose();
    x.dispose();
    testX.dispose();
  }
}

/** One-hot, so that every class has its place though it may have no row here. */
function targetsOf({ classes, indices, targets, units }: Prepared, some: Int32Array): NumericArray {
  if (classes === undefined || indices === undefined) {
    return { data: valuesOf(targets, some, units), shape: [some.length, units] };
  }
  const data = new Uint8Array(some.length * classes.length);
  some.forEach((row, i) => {
    data[i * classes.length + indices[row]] = 1;
  });
  return { data, shape: [some.length, classes.length] };
}
