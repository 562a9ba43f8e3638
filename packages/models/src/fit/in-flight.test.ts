import '@tensorflow/tfjs-backend-cpu';
import { getSimd } from '@kernel-methods/simd';
import { expectNoLeak } from '@kernel-methods/test-utils';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { rings } from '../fixtures/rings.ts';
import { type FeatureStep, KernelModel, type KernelModelOptions } from '../index.ts';

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend('cpu');
});

const { x, labels } = rings(40);
const quick: KernelModelOptions = { outputDim: 8, scale: 1, epochs: 3, batchSize: 10 };
const solvers: [string, KernelModelOptions][] = [
  ['adam', { ...quick, loss: 'hinge' }],
  ['direct', { ...quick, loss: 'meanSquaredError', solver: 'direct', l2: 0.01 }],
  ['newton', { ...quick, loss: 'squaredHinge', solver: 'newton', l2: 0.01 }],
  ['a whole network', { ...quick, loss: 'hinge', solver: 'fit' }],
];
const blocks = () => getSimd().memory().blocks;
const scoresOf = async (model: KernelModel) => (await model.decisionFunction(x)).data;

describe.each(solvers)('in flight: %s', (_, options) => {
  const alone = async (rows: number[][], y: number[]) => {
    const model = new KernelModel(options);
    await model.fit(rows, y);
    const scores = await scoresOf(model);
    model.dispose();
    return scores;
  };
  const half = [x.slice(0, 20), labels.slice(0, 20)] as const;

  it('two fits at once do not disturb each other, and the last holds', async () => {
    const [a, b] = [await alone(x, labels), await alone(half[0], half[1])];
    const before = blocks();
    await expectNoLeak(async () => {
      const model = new KernelModel(options);
      const ends: string[] = [];
      await Promise.all([
        model.fit(x, labels).then(() => ends.push('a')),
        model.fit(...half).then(() => ends.push('b')),
      ]);
      expect(await scoresOf(model)).toEqual(ends[1] === 'a' ? a : b);
      const other = new KernelModel(options);
      await Promise.all([model.fit(x, labels), other.fit(...half)]);
      expect(await scoresOf(model)).toEqual(a);
      expect(await scoresOf(other)).toEqual(b);
      for (const one of [model, other]) one.dispose();
    });
    expect(blocks()).toBe(before);
  });

  it('predictions go on with what was fitted when they were asked for', async () => {
    const expected = await alone(x, labels);
    // More than one block, so that there are turns between.
    const many = Array.from({ length: 52 }, () => x).flat();
    const before = blocks();
    await expectNoLeak(async () => {
      const model = new KernelModel(options);
      await model.fit(x, labels);
      const asked = model.decisionFunction(many);
      const evaluated = model.evaluate(many, Array.from({ length: 52 }, () => labels).flat());
      const fitting = model.fit(...half);
      const late = model.decisionFunction(many);
      await fitting;
      model.dispose();
      for (const { data } of [await asked, await late]) {
        expect(data.slice(0, expected.length)).toEqual(expected);
        expect(data.slice(-expected.length)).toEqual(expected);
      }
      expect((await evaluated).confusionMatrix?.flat().reduce((a, b) => a + b)).toBe(many.length);
      await expect(model.predict(x)).rejects.toThrow('is not fitted yet');
    });
    expect(blocks()).toBe(before);
  });

  it('dispose stops a fit wherever it is, and the model can be fitted after', async () => {
    const expected = await alone(x, labels);
    const before = blocks();
    const model = new KernelModel(options);
    const whens: ((fit: () => Promise<unknown>) => Promise<unknown>)[] = [
      (fit) => {
        const fitting = fit();
        model.dispose();
        return fitting;
      },
      (fit) => {
        setTimeout(() => model.dispose());
        return fit();
      },
    ];
    for (const when of whens) {
      const fit = () =>
        model.fit(x, labels, {
          epochs: 2000,
          callbacks: [{ onEpochEnd: async () => new Promise((r) => setTimeout(r)) }],
        });
      await expect(expectNoLeak(() => when(fit))).rejects.toThrow('was disposed of while');
      await expect(model.predict(x)).rejects.toThrow('is not fitted yet');
      expect(blocks()).toBe(before);
    }
    await model.fit(x, labels);
    expect(await scoresOf(model)).toEqual(expected);
    model.dispose();
    model.dispose();
    expect(blocks()).toBe(before);
  });

  it('does not care what becomes of options, labels and weights once it was asked', async () => {
    const expected = await alone(x, labels);
    const features: FeatureStep[] = ['gaussian'];
    const mine = { ...options, features };
    const model = new KernelModel(mine);
    features.push('laplacian');
    Object.assign(mine, { outputDim: 3, epochs: 0, seed: 9 });
    const [y, fitOptions] = [[...labels], { epochs: 3 }];
    const fitting = model.fit(x, y, fitOptions);
    fitOptions.epochs = 1;
    model.setParams({ seed: 3, outputDim: 4 });
    const params = model.getParams();
    (params as { epochs: number }).epochs = 77;
    await fitting;
    expect(await scoresOf(model)).toEqual(expected);
    expect(model.options).toMatchObject({ epochs: 3, seed: 3, outputDim: 4 });
    expect(() => (model.getParams().features as string[]).push('x')).toThrow();
    model.dispose();
  });
});
