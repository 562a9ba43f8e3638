import { subset } from '../data/dataset.ts';
import type { TargetsLike } from '../data/labels.ts';
import type { KernelModel } from '../estimators/kernel-model.ts';
import { decidesByLink } from '../fit/calibrate.ts';
import { encodedOf } from '../fit/prepare.ts';
import { valuesOf } from '../numerics/picked.ts';
import type { TestedRows } from '../tasks/scorer.ts';
import { taskFor } from '../tasks/task-by-name.ts';
import { type Candidate, type CrossValidationPlan, weightsFor } from './plan.ts';
import { noClasses } from './tested-rows.ts';

/** Fits a whole candidate, including its map, to a fold's rows, and tests it. */
export async function networkFold(
  plan: CrossValidationPlan,
  candidate: Candidate,
  fold: number,
): Promise<TestedRows> {
  const { rows, signal } = plan;
  const { train, test } = plan.folds[fold];
  const { classWeight, validationSplit, ...fitOptions } = plan.fitOptions;
  const model = (candidate.model as KernelModel).clone();
  const task = taskFor(model.options.task);
  const x = rows.x.take(train);
  const testX = rows.x.take(test);
  try {
    // `fit` computes balanced weights, without the rows that it keeps for validation.
    const isBalanced = classWeight === 'balanced';
    const sampleWeight = isBalanced
      ? fitOptions.sampleWeight && valuesOf(fitOptions.sampleWeight, train, 1)
      : await weightsFor(plan, train);
    await model.fit(x, task.spell(encodedOf(subset(rows, train))), {
      ...fitOptions,
      ...{ validationSplit, sampleWeight, signal },
      ...(isBalanced && { classWeight }),
    });
    const { data: decisions } = await model.decisionFunction(testX);
    const units = decisions.length / test.length;
    // Classes are numbered here, as they are spelled.
    const predicted =
      decidesByLink(model.options) &&
      (await task.encode((await model.predict(testX)) as TargetsLike, {
        ...{ name: 'y', rows: test.length, classes: model.classes },
      }));
    const p = task.probabilities && (await model.predictProba(testX)).data;
    return {
      ...{ classes: rows.classes, loss: model.options.loss },
      truth: task.truth(encodedOf(subset(rows, test))),
      predictions: predicted ? task.truth(predicted) : task.decide(decisions, units),
      ...{ units, decisions },
      probabilities: async () => p ?? noClasses(),
    };
  } finally {
    model.dispose();
    x.dispose();
    testX.dispose();
  }
}
