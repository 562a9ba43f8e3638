/**
 * Chooses the kernel's scale and the penalty by cross-validation.
 *
 * `gridSearch` computes the features once for each scale; another penalty only takes another
 * solution of the same equations.
 */
import { gridSearch, KernelRidge, moons, trainTestSplit } from 'kernel-methods';

const { train, test } = trainTestSplit(moons({ rows: 600, noise: 0.25, seed: 1 }));
const { best, params, score, candidates } = await gridSearch(
  new KernelRidge({ task: 'classification', outputDim: 256 }),
  { scale: [0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2], l2: [1e-6, 1e-4, 1e-2] },
  train.x,
  train.y,
  { folds: 5 },
);
for (const { rank, params, mean, deviation } of candidates) {
  const figures = `${mean.toFixed(4)} ± ${deviation.toFixed(4)}`;
  console.log(`${String(rank).padStart(2)}. ${figures}  ${JSON.stringify(params)}`);
}
console.log(`Chosen: ${JSON.stringify(params)}, accuracy of its folds ${score.toFixed(4)}.`);
console.log(
  `Accuracy on rows that were not used: ${(await best.score(test.x, test.y)).toFixed(4)}.`,
);
best.dispose();
