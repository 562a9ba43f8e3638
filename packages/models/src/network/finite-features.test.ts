import { randomFourierFeatures } from '@kernel-methods/features';
import { describeOnBackends, expectNoLeak } from '@kernel-methods/test-utils';
import * as tf from '@tensorflow/tfjs-core';
import { layers, type Shape } from '@tensorflow/tfjs-layers';
import { describe, expect, it } from 'vitest';
import { ExamplesClassifier, KernelModel, type KernelModelOptions } from '../index.ts';

const x = Array.from({ length: 5000 }, (_, i) => [Math.sin(i), Math.cos(1.3 * i)]);
const y = x.map(([a, b]) => (a > b ? 'a' : 'b'));
/** A row behind the first block of 2,048, whose kernel as large as this overflows in it. */
const spoilt = x.map((row, i) => (i === 4321 ? [3e38, 3e38] : row));

class Square extends layers.Layer {
  static readonly className = 'FiniteFeaturesSquare';
  override computeOutputShape(shape: Shape | Shape[]) {
    return shape;
  }
  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.square(Array.isArray(inputs) ? inputs[0] : inputs);
  }
}
tf.serialization.registerClass(Square);

const maps: [string, () => layers.Layer[]][] = [
  ['RandomFourierFeatures', () => [randomFourierFeatures({ outputDim: 8, scale: 1e-3 })]],
  ['FiniteFeaturesSquare', () => [new Square({})]],
  [
    'FiniteFeaturesSquare',
    () => [
      layers.dense({ units: 2, kernelInitializer: 'identity', trainable: false }),
      new Square({}),
    ],
  ],
];
const solvers: [string, KernelModelOptions][] = [
  ['direct', { loss: 'meanSquaredError', solver: 'direct' }],
  ['direct, of no memory', { loss: 'meanSquaredError', solver: 'direct', memoryBudget: 0 }],
  ['adam', { loss: 'hinge', epochs: 1 }],
  ['newton', { loss: 'logistic', solver: 'newton', l2: 1 }],
  ['fit', { loss: 'logistic', solver: 'fit', epochs: 1 }],
];

describeOnBackends('a finite row whose features are not finite', () => {
  describe.each(maps)('%s', (name, features) => {
    const message = new RegExp(`\\(${name}\\).*Received: .* row 4321,`);
    const inStream = new RegExp(`^In batch 14: .*\\(${name}\\).*Received: .* row 121,`);

    it.each(solvers)('is refused by a fit: %s', (_, options) =>
      expectNoLeak(async () => {
        const model = new KernelModel({ ...options, features: features() });
        await expect(model.fit(spoilt, y)).rejects.toThrow(message);
        model.dispose();
      }),
    );

    it('is refused in a stream', () =>
      expectNoLeak(async () => {
        const model = new KernelModel({
          ...{ loss: 'meanSquaredError', solver: 'direct', l2: 1, memoryBudget: 64 },
          features: features(),
        });
        const batches = async function* () {
          for (let from = 0; from < 5000; from += 300) {
            yield { x: spoilt.slice(from, from + 300), y: y.slice(from, from + 300) };
          }
        };
        await expect(model.fit(batches(), { classes: ['a', 'b'] })).rejects.toThrow(inStream);
      }));

    it('is refused by all that predicts', () =>
      expectNoLeak(async () => {
        const model = new KernelModel({ ...solvers[0][1], l2: 1e-3, features: features() });
        await model.fit(x, y);
        for (const predicts of [
          () => model.predict(spoilt),
          () => model.predictProba(spoilt),
          () => model.decisionFunction(spoilt),
          () => model.evaluate(spoilt, y),
          () => model.score(spoilt, y),
        ]) {
          await expect(predicts()).rejects.toThrow(message);
        }
        expect(await model.predict(x.slice(0, 3))).toHaveLength(3);
        model.dispose();
      }));
  });

  it('is refused among examples', async () => {
    const classifier = new ExamplesClassifier({ normalize: false, scale: 1e-3 });
    const [good, huge] = [tf.tensor1d([1, 2]), tf.tensor1d([3e38, 3e38])];
    await classifier.addExample(good, 'a');
    await classifier.addExample(tf.tensor1d([2, 1]), 'b');
    await expect(classifier.predictClass(huge)).rejects.toThrow(/^Features of .* must be finite/);
    expect((await classifier.predictClass(good)).label).toBe('a');
    classifier.dispose();
  });
}, ['cpu', 'simd']);
