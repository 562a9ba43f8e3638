import { randomFourierFeatures } from '@kernel-methods/features';
import { type Loss, meanSquaredError, squaredHinge } from '@kernel-methods/losses';
import { expectNoLeak } from '@kernel-methods/test-utils';
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { describeOnNumerics } from '../fixtures/describe-on-numerics.ts';
import { rings } from '../fixtures/rings.ts';
import { KernelSVM } from '../index.ts';
import { adam } from './adam.ts';
import {
  contextOf,
  lossCases,
  problemFrom,
  simdBytes,
  smallData,
} from './fixtures/small-problem.ts';
import { sgd } from './sgd.ts';
import { stableStep } from './stable-step.ts';

type Data = ReturnType<typeof smallData>;

it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('refuses a learning rate of %s', (value) => {
  const message = `\`learningRate\` must be a positive finite number. Received: ${value}.`;
  expect(() => sgd({ learningRate: value })).toThrow(message);
  expect(() => adam({ learningRate: value })).toThrow(message);
});

it.each([-0.1, 1, Number.NaN])('refuses a momentum of %s', (value) => {
  const message = `\`momentum\` must be in [0, 1). Received: ${value}.`;
  expect(() => sgd({ momentum: value })).toThrow(message);
});

it('tells its options', () => {
  expect(sgd().config).toEqual({ momentum: 0.9 });
  expect(sgd({ learningRate: 2 }).config).toEqual({ learningRate: 2, momentum: 0 });
  expect(sgd({ learningRate: 2, momentum: 0.5 }).config).toEqual({
    learningRate: 2,
    momentum: 0.5,
  });
  expect(adam().config).toEqual({});
  expect(adam({ learningRate: 0.1 }).config).toEqual({ learningRate: 0.1 });
});

describeOnNumerics('the default learning rate of sgd', (numerics) => {
  const train = async (data: Data, loss: Loss, momentum: number, batchSize: number) => {
    const problem = problemFrom(numerics, data, loss);
    const context = contextOf(numerics, { epochs: 5, batchSize });
    const { history } = await sgd({ momentum }).solve(problem, context);
    problem.dispose();
    return history.map((record) => record.loss);
  };

  const shapes = [
    { spread: 1e-3, momentum: 0, batchSize: 61 },
    { spread: 1, momentum: 0, batchSize: 16 },
    { spread: 1, momentum: 0.9, batchSize: 1 },
    { spread: 100, momentum: 0.9, batchSize: 61 },
    { spread: 100, momentum: 0, batchSize: 1 },
  ];

  it.each(lossCases)('does not diverge, whatever the rows are: %s', async (_, loss) => {
    for (const { spread, momentum, batchSize } of shapes) {
      const data = smallData(loss, { weighted: true, spread });
      const losses = await train(data, loss, momentum, batchSize);
      expect(Math.max(...losses)).toBeLessThan(2 * losses[0]);
      // Elsewhere the means also tell the noise.
      if (batchSize === data.rows && loss.hessianProduct)
        expect(losses.at(-1)).toBeLessThan(losses[0]);
      // One row far from all others, as only a look at all of them finds it.
      data.z.fill(30 * data.z[0], 5 * data.width, 6 * data.width);
      const held = await train(data, loss, momentum, batchSize);
      expect(Math.max(...held)).toBeLessThan(2 * held[0]);
    }
  });

  it('goes further with its own momentum than without', async () => {
    const data = smallData(squaredHinge, { rows: 64 });
    // What all rows have in common, as random features do, holds the step back.
    for (let row = 0; row < 64; row++) data.z[row * data.width] += 5;
    const after = async (momentum?: number) => {
      const problem = problemFrom(numerics, data, squaredHinge);
      const context = contextOf(numerics, { epochs: 20, batchSize: 32 });
      const { history } = await sgd({ momentum }).solve(problem, context);
      problem.dispose();
      return history[19].loss;
    };
    expect(await after()).toBeLessThan(0.8 * (await after(0)));
  });

  it('leaves no tensor and no memory', async () => {
    const run = () => train(smallData(meanSquaredError), meanSquaredError, 0, 16);
    await run(); // simd keeps scratch memory from the first time on.
    const before = simdBytes();
    await expectNoLeak(run);
    expect(simdBytes()).toBe(before);
  });

  it('has a tfjs optimizer that keeps nothing once it is disposed of', async () => {
    for (const momentum of [0, 0.9]) {
      await expectNoLeak(() => {
        const optimizer = sgd({ momentum }).networkOptimizer!();
        const weight = tf.tidy(() => tf.variable(tf.scalar(1)));
        optimizer.minimize(() => tf.square(weight) as tf.Scalar);
        weight.dispose();
        optimizer.dispose();
      });
    }
  });

  it('is within a factor of 4 of the largest that is stable, on like rows', async () => {
    const data = smallData(meanSquaredError, { rows: 64 });
    const run = async (learningRate: number) => {
      const problem = problemFrom(numerics, data, meanSquaredError);
      const context = contextOf(numerics, { epochs: 60, batchSize: 64 });
      const { history } = await sgd({ learningRate }).solve(problem, context);
      problem.dispose();
      return history[59].loss < history[0].loss;
    };
    const problem = problemFrom(numerics, data, meanSquaredError);
    const context = contextOf(numerics, { batchSize: 64 });
    const step = await stableStep(problem, context, { momentum: 0, features: 1 });
    problem.dispose();
    expect(await run(step)).toBe(true);
    expect(await run(4 * step)).toBe(false);
  });
});

it.each([0, 0.9])(
  'leaves no tensor behind after a map that is trained, momentum %d',
  async (momentum) => {
    const { x, labels } = rings(20);
    await expectNoLeak(async () => {
      const features = randomFourierFeatures({ outputDim: 8, scale: 1, trainable: true });
      const svm = new KernelSVM({
        features,
        solver: sgd({ learningRate: 0.1, momentum }),
        epochs: 2,
      });
      await svm.fit(x, labels);
      svm.dispose();
    });
  },
);
