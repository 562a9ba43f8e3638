import { describeLoss, type LossContract } from '@kernel-methods/test-utils';
import {
  categoricalHinge,
  epsilonInsensitive,
  hinge,
  huber,
  type Loss,
  loadModel,
  logistic,
  lossByName,
  meanSquaredError,
  pinball,
  saveModel,
  softmaxCrossEntropy,
  squaredHinge,
} from './index.ts';

const kink = (targets: number[], predictions: number[], gradient: number[]) => ({
  targets,
  predictions,
  gradient,
});

const cases: [Loss, LossContract['kinks']][] = [
  // On the margin an output still counts.
  [hinge, [kink([1, -1], [1, -1], [-0.5, 0.5]), kink([1, -1, 1], [1, 0, 2], [-1 / 3, 1 / 3, 0])]],
  [squaredHinge, [kink([1, -1], [1, -1], [0, 0])]],
  [
    categoricalHinge,
    [
      kink([1, 0, 0], [2, 1, -1], [-1, 1, 0]), // the outer kink
      kink([1, 0, 0], [0.5, 2, 2], [-1, 0.5, 0.5]), // two classes tie
      kink([0, 1], [0, 0.5], [0.5, -1]), // a class ties with the entry 0 of the label
      kink([1, 0, 0], [0, 0, 0], [-1, 1 / 3, 1 / 3]), // where training from zeros begins
    ],
  ],
  [logistic, [kink([1, 0], [0, 0], [-0.25, 0.25])]],
  [softmaxCrossEntropy, [kink([0, 1], [0, 0], [0.5, -0.5])]],
  [meanSquaredError, [kink([1, 2], [1, 2], [0, 0])]],
  [huber, [kink([0, 0], [1, -1], [0.5, -0.5]), kink([3], [3], [0])]],
  [huber.with({ delta: 0.25 }), [kink([1], [1.25], [0.25]), kink([1], [0.75], [-0.25])]],
  [epsilonInsensitive, [kink([3], [3], [0])]],
  [epsilonInsensitive.with({ epsilon: 0.5 }), [kink([1, 1], [1.5, 0.5], [0, 0])]],
  [pinball, [kink([1, 2], [1, 3], [0, 0.25])]],
  [pinball.with({ quantile: 0.9 }), [kink([1, 2], [1, 3], [-0.2, 0.05])]],
  [epsilonInsensitive.with({ epsilon: 0 }), [kink([1, 2], [1, 3], [0, 0.5])]],
];

for (const [loss, kinks] of cases) {
  describeLoss({ loss, kinks, byName: lossByName, save: saveModel, load: loadModel });
}
