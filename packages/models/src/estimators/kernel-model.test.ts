import { randomFourierFeatures } from '@kernel-methods/features';
import { hinge, huber, loadModel } from '@kernel-methods/losses';
import { createRandom } from '@kernel-methods/random';
import { describeOnBackends, expectNoLeak, maxAbsDifference } from '@kernel-methods/test-utils';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { describe, expect, it, vi } from 'vitest';
import {
  type FitProgress,
  KernelLogisticRegression,
  KernelModel,
  type KernelModelOptions,
  KernelRidge,
  KernelSVM,
} from '../index.ts';

const { normal } = createRandom(2).stream('blobs');
const labels = Array.from({ length: 60 }, (_, i) => i % 3);
const x = labels.map((label) => [2 * label + 0.4 * normal(), 0.4 * normal()]);
const quick = { outputDim: 32, scale: 1.5, epochs: 8, batchSize: 16, learningRate: 0.05 };

async function using<M extends KernelModel, T>(
  model: M,
  use: (model: M) => Promise<T>,
): Promise<T> {
  try {
    return await use(model);
  } finally {
    model.dispose();
  }
}

describeOnBackends('KernelModel', () => {
  it('returns labels of the kind it was given', async () => {
    const words = labels.map((label) => ['zero', 'one', 'two'][label]);
    const oneHot = labels.map((label) => [0, 1, 2].map((c) => Number(c === label)));
    for (const y of [labels, words, oneHot]) {
      await using(new KernelSVM(quick), async (svm) => {
        await svm.fit(x, y);
        const expected = y === words ? words : labels;
        const predicted = await svm.predict(x);
        const hits = predicted.filter((label, i) => label === expected[i]).length;
        expect(hits).toBeGreaterThan(57);
        expect(svm.classes).toEqual([...new Set<string | number>(expected)].sort());
      });
    }
  });

  it('gives probabilities whose largest is the predicted class', async () => {
    for (const Model of [KernelSVM, KernelLogisticRegression]) {
      for (const y of [labels, labels.map((label) => label > 0)]) {
        await using(new Model(quick), async (model) => {
          await model.fit(x, y);
          const { data, shape } = await model.predictProba(x);
          const classes = model.classes as (number | boolean)[];
          expect(shape).toEqual([60, classes.length]);
          const predicted = await model.predict(x);
          predicted.forEach((label, row) => {
            const p = data.subarray(row * classes.length, (row + 1) * classes.length);
            expect(p.reduce((a, b) => a + b)).toBeCloseTo(1, 5);
            expect(p[classes.indexOf(label as never)]).toBe(Math.max(...p));
          });
        });
      }
    }
  });

  it('has one decision a row for two classes, positive for the second', async () => {
    const y = labels.map((label) => (label === 2 ? 'far' : 'afar'));
    for (const Model of [KernelSVM, KernelLogisticRegression]) {
      await using(new Model(quick), async (model) => {
        await model.fit(x, y);
        const { data, shape } = await model.decisionFunction(x);
        expect(shape).toEqual([60]);
        const predicted = await model.predict(x);
        expect(Array.from(data, (f) => (f > 0 ? 'far' : 'afar'))).toEqual(predicted);
      });
    }
  });

  it('regresses several outputs at once', async () => {
    const y = x.map(([a, b]) => [10 + a, -b]);
    await using(new KernelRidge<number[]>({ ...quick, epochs: 40 }), async (ridge) => {
      await ridge.fit(x, y);
      expect(await ridge.score(x, y)).toBeGreaterThan(0.9);
      const [first] = await ridge.predict(x);
      expect(first).toHaveLength(2);
      expect(ridge.classes).toBeUndefined();
      await expect(ridge.predictProba(x)).rejects.toThrow('`predictProba` needs a classifier.');
    });
  });

  it('keeps the last rows for validation and tells of every epoch', async () => {
    const events: FitProgress[] = [];
    const onEpochEnd = vi.fn();
    await using(new KernelSVM(quick), async (svm) => {
      const options = {
        validationSplit: 0.2,
        onEpochEnd,
        onProgress: (e: FitProgress) => events.push(e),
      };
      const { history, seconds } = await svm.fit(x, labels, options);
      expect(history.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
      expect(onEpochEnd.mock.calls.map(([record]) => record)).toEqual(history);
      const { loss, accuracy } = await svm.evaluate(x.slice(48), labels.slice(48));
      expect(history[7].valLoss).toBeCloseTo(loss, 5);
      expect(history[7].valAccuracy).toBeCloseTo(accuracy as number, 6);
      expect(history[7].loss).toBeLessThan(history[0].loss);
      const last = events.filter((e) => e.epoch === 8 && e.phase === 'train').at(-1);
      expect(last).toMatchObject({ step: 3, steps: 3, epochs: 8, loss: history[7].loss });
      expect(seconds.train).toBeGreaterThan(0);
    });
    await using(new KernelSVM(quick), async (svm) => {
      const validationData = [x.slice(48), labels.slice(48)] as const;
      const split = await svm.fit(x.slice(0, 48), labels.slice(0, 48), { validationData });
      expect(split.history.map((r) => r.valLoss)).toEqual(
        onEpochEnd.mock.calls.map(([record]) => record.valLoss),
      );
    });
  });

  it('shrinks the weights as l2 grows, but not the bias', async () => {
    const norms: number[] = [];
    for (const l2 of [0, 0.1, 10]) {
      await using(
        new KernelRidge({ ...quick, l2, epochs: 40, learningRate: 0.01 }),
        async (ridge) => {
          await ridge.fit(
            x,
            labels.map((label) => label + 100),
          );
          const model = ridge.toLayersModel();
          const [kernel] = model.layers[2].getWeights();
          norms.push(tf.tidy(() => tf.norm(kernel).dataSync()[0]));
          model.dispose();
          const predicted = await ridge.predict(x);
          expect(predicted.reduce((a, b) => a + b) / 60).toBeCloseTo(101, 0);
        },
      );
    }
    expect(norms[0]).toBeGreaterThan(1.5 * norms[1]);
    expect(norms[1]).toBeGreaterThan(2 * norms[2]);
  });

  it('hands out a compiled tfjs model of its own, which goes on training', () =>
    expectNoLeak(async () => {
      const svm = new KernelSVM(quick);
      await svm.fit(x, labels);
      const model = svm.toLayersModel();
      const { data } = await svm.decisionFunction(x);
      svm.dispose();
      const rows = tf.tensor2d(x);
      // In one block, as the estimator: which product runs may depend on how many rows there are.
      const scores = model.predict(rows, { batchSize: x.length }) as tf.Tensor;
      expect(await scores.data()).toEqual(data);
      const y = tf.tidy(() => tf.cast(tf.oneHot(labels, 3), 'float32'));
      const { history } = await model.fit(rows, y, { epochs: 2, verbose: 0 });
      expect(history.acc.at(-1)).toBeGreaterThan(0.95);
      tf.dispose([rows, scores, y]);
      model.dispose();
    }));

  it('saves a model that any tfjs program loads, and losses.loadModel with its loss', async () => {
    let saved: tf.io.ModelArtifacts | undefined;
    const handler = {
      save: async (artifacts: tf.io.ModelArtifacts) => {
        saved = artifacts;
        return {
          modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' as const },
        };
      },
      load: async () => saved as tf.io.ModelArtifacts,
    };
    await using(new KernelModel({ ...quick, loss: huber.with({ delta: 0.3 }) }), async (model) => {
      await model.fit(x, labels);
      await model.save(handler);
    });
    const plain = await tfl.loadLayersModel(handler);
    expect(plain.outputs[0].shape).toEqual([null, 3]);
    plain.dispose();
    const trainable = await loadModel(handler);
    expect((trainable.loss as typeof huber).config).toEqual({ delta: 0.3 });
    trainable.dispose();
    await using(await KernelModel.load(handler), async (model) => {
      expect(model.options.loss.config).toEqual({ delta: 0.3 });
      expect(model.classes).toEqual([0, 1, 2]);
    });
    saved = { ...(saved as unknown as tf.io.ModelArtifacts), userDefinedMetadata: {} };
    await expect(expectNoLeak(() => KernelModel.load(handler))).rejects.toThrow(
      'The model was not saved by a kernel model',
    );
  });

  it('trains the scale of a map that says so, and copies the weights of one that is built', async () => {
    const features = randomFourierFeatures({ outputDim: 32, scale: 5, trainable: true });
    const { outputDim, scale, ...rest } = quick;
    await using(new KernelSVM({ ...rest, features }), async (svm) => {
      await svm.fit(x, labels);
      const model = svm.toLayersModel();
      expect(model.layers[1].trainableWeights).toHaveLength(1);
      const learned = model.layers[1].getWeights()[0].dataSync()[0];
      expect(Math.abs(learned - 5)).toBeGreaterThan(0.1);
      // The description is as it was; the built layer is used with its own weights.
      expect(features.built).toBe(false);
      const built = model.layers[1];
      await using(
        new KernelSVM({ ...rest, features: built, epochs: 1, optimizer: () => tf.train.sgd(0) }),
        async (twin) => {
          await twin.fit(x, labels);
          const copy = twin.toLayersModel();
          built.getWeights().forEach((weight, i) => {
            const other = copy.layers[1].getWeights()[i];
            expect(maxAbsDifference(other.dataSync(), weight.dataSync())).toBe(0);
          });
          copy.dispose();
        },
      );
      model.dispose();
    });
  });

  it('says so when the training diverges, and leaves nothing behind', async () => {
    const model = new KernelRidge({ ...quick, optimizer: () => tf.train.sgd(1e20) });
    const y = labels.map((label) => label * 1e10);
    await expect(expectNoLeak(() => model.fit(x, y))).rejects.toThrow(
      'The training diverged: the loss is no longer finite in epoch',
    );
  });
});

describe('options', () => {
  it.each<[KernelModelOptions, string]>([
    [{ outputDim: 0 }, '`outputDim` must be a whole number, 1 or above. Received: 0.'],
    [{ scale: -1 }, '`scale` must be a positive finite number. Received: -1.'],
    [{ l2: Number.NaN }, '`l2` must be a finite number, 0 or above. Received: NaN.'],
    [{ learningRate: 0 }, '`learningRate` must be a positive finite number. Received: 0.'],
    [{ epochs: 1.5 }, '`epochs` must be a whole number, 1 or above. Received: 1.5.'],
    [{ batchSize: -3 }, '`batchSize` must be a whole number, 1 or above. Received: -3.'],
    [{ seed: -1 }, '`seed` must be a safe integer, 0 or above. Received: -1.'],
    [{ features: 'cubic' as never }, '`features` must be a kernel (gaussian, laplacian'],
    [{ features: [] }, '`features` must hold at least one map. Received: an empty list.'],
    [
      { solver: 'lbfgs' as never },
      '`solver` must be one of adam, sgd, eigenpro, direct, newton, smo, dual, pairwise, fit, or',
    ],
    [{ solver: 'newton', loss: 'hinge' }, '`loss` must'],
    [
      { solver: 'direct', loss: 'hinge' },
      "`loss` must be meanSquaredError with the solver 'direct'",
    ],
    [{ memoryBudget: -1 }, '`memoryBudget` must be a number of bytes, 0 or above. Received: -1.'],
    [
      { features: randomFourierFeatures({ outputDim: 4 }), outputDim: 8 },
      '`outputDim` belongs to a kernel; with a layer',
    ],
    [
      { task: 'ranking' as never },
      "`task` must be one of 'classification', 'multilabel', 'quantiles', 'regression'. Received: 'ranking'.",
    ],
    [{ loss: 'hing' as never }, '`loss` must be one of hinge,'],
    [
      { loss: tf.losses.hingeLoss as never },
      '`loss` must be a loss of @kernel-methods/losses or its name',
    ],
    [{ optimizer: 'adam' as never }, '`optimizer` must be a function that makes one'],
  ])('refuses %o', (options, message) => {
    expect(() => new KernelModel(options)).toThrow(message);
  });

  it('fills in what is left out, and cannot be changed', () => {
    const { options } = new KernelSVM({ epochs: undefined });
    expect(options).toMatchObject({
      outputDim: 2048,
      batchSize: 128,
      seed: 0,
      loss: hinge,
      solver: { name: 'adam', config: {} },
    });
    expect(new KernelRidge().options.solver.name).toBe('direct');
    expect(new KernelRidge({ learningRate: 0.1 }).options.solver.name).toBe('adam');
    expect(Object.isFrozen(options)).toBe(true);
  });
});
