import { describeOnBackends, expectNoLeak, maxAbsDifference } from '@kernel-methods/test-utils';
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { buildModel, data, fit, memory, weightsOf } from './fixtures/models.ts';
import { hinge, loadModel, marginAccuracy, saveModel, squaredHinge } from './index.ts';

const optimizers: Record<string, () => tf.Optimizer> = {
  sgd: () => tf.train.sgd(0.05),
  momentum: () => tf.train.momentum(0.02, 0.8),
  nesterov: () => tf.train.momentum(0.02, 0.8, true),
  adam: () => tf.train.adam(0.03, 0.8, 0.99),
  adamax: () => tf.train.adamax(0.03, 0.8, 0.99, 1e-7, 0.1),
  adagrad: () => tf.train.adagrad(0.05, 0.2),
  adadelta: () => tf.train.adadelta(0.5, 0.9),
  rmsprop: () => tf.train.rmsprop(0.01, 0.8, 0.5),
  // tfjs takes epsilon off the variance before the root: where both are near 0 it gives NaN.
  'centered rmsprop': () => tf.train.rmsprop(0.01, 0.8, 0.5, 1e-12, true),
};

/** Also what tfjs's own `dispose` of an optimizer leaves behind. */
const disposeAll = (optimizer: tf.Optimizer) =>
  tf.dispose(optimizer as unknown as tf.TensorContainer);

describeOnBackends('training goes on after save and load', () => {
  it.each(Object.entries(optimizers))('with %s: 2 epochs and 2 more are 4', async (_, create) => {
    await expectNoLeak(async () => {
      const sets = data();
      const trained = async (epochs: number) => {
        const model = buildModel();
        model.compile({
          optimizer: create(),
          loss: squaredHinge,
          metrics: ['accuracy', marginAccuracy],
        });
        await fit(model, sets, epochs);
        return model;
      };
      const whole = await trained(4);
      const half = await trained(2);
      const before = weightsOf(half);
      const handler = memory();
      await expectNoLeak(() => saveModel(half, handler));
      const loaded = await loadModel(handler);
      expect(weightsOf(loaded)).toEqual(before);
      const config = half.optimizer.getConfig();
      expect(loaded.optimizer.getConfig()).toEqual(config);
      expect(loaded.loss).toBe(squaredHinge);
      const { history } = await fit(loaded, sets, 2);
      expect(Object.keys(history)).toEqual(['loss', 'acc', 'marginAccuracy']);
      const moved = maxAbsDifference(weightsOf(loaded), before);
      expect(moved).toBeGreaterThan(1e-3);
      expect(maxAbsDifference(weightsOf(loaded), weightsOf(whole))).toBeLessThan(
        1e-6 + moved * 1e-5,
      );

      for (const model of [whole, half]) {
        model.dispose();
        disposeAll(model.optimizer);
      }
      loaded.dispose(); // its optimizer too
      tf.dispose([sets.x, sets.y]);
    });
  });

  it('forgets the state of the optimizer when asked, but not its settings', async () => {
    await expectNoLeak(async () => {
      const model = buildModel();
      model.compile({ optimizer: tf.train.adam(0.03), loss: hinge });
      const sets = data();
      await fit(model, sets, 1);
      const handler = memory();
      await saveModel(model, handler, { includeOptimizer: false });
      expect(handler.parsed().weightSpecs).toHaveLength(2);
      const loaded = await loadModel(handler);
      expect(loaded.optimizer.iterations).toBe(0);
      expect(loaded.optimizer.getConfig()).toMatchObject({ learningRate: 0.03 });
      model.dispose();
      disposeAll(model.optimizer);
      loaded.dispose();
      tf.dispose([sets.x, sets.y]);
    });
  });
});
