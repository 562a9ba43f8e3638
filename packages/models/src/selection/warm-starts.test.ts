import { createRandom } from '@kernel-methods/random';
import { describeOnBackends } from '@kernel-methods/test-utils';
import { expect, it } from 'vitest';
import { KernelSVM } from '../index.ts';
import { crossValidate } from './cross-validate.ts';
import { gridSearch } from './grid-search.ts';

const { normal } = createRandom(5).stream('rows');
const labels = Array.from({ length: 120 }, (_, i) => i % 3);
const x = labels.map((label) => [label + 0.8 * normal(), normal()]);
const l2 = [1e-2, 3e-3, 1e-3, 3e-4, 1e-4];

describeOnBackends('warm starts of a selection', () => {
  it.each([['squaredHinge'], ['softmaxCrossEntropy']] as const)(
    'score as fits from zeros do, in fewer steps: %s',
    async (loss) => {
      const svm = new KernelSVM({ loss, solver: 'newton', outputDim: 24, scale: 1.5 });
      const counted = () => {
        const count = { steps: 0 };
        const onEpochEnd = () => {
          count.steps++;
        };
        const options = { folds: 3, seed: 2, scoring: 'logLoss' as const };
        return { count, options: { ...options, fitOptions: { onEpochEnd } } };
      };
      const warm = counted();
      const { candidates } = await gridSearch(svm, { l2 }, x, labels, {
        ...warm.options,
        refit: false,
      });
      const cold = counted();
      const means = new Map<number, number>();
      for (const value of l2) {
        const alone = svm.clone().setParams({ l2: value });
        means.set(value, (await crossValidate(alone, x, labels, cold.options)).mean);
      }
      for (const { params, mean, error } of candidates) {
        expect(error).toBeUndefined();
        expect(mean).toBeCloseTo(means.get(params.l2 as number)!, 3);
      }
      const best = [...means].reduce((a, b) => (b[1] > a[1] ? b : a));
      expect(candidates[0].params.l2).toBe(best[0]);
      expect(warm.count.steps).toBeLessThan(0.85 * cold.count.steps);
    },
  );
});
