import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { maxRelativeDifference } from './closeness.ts';
import type { Estimator, EstimatorCase } from './estimator-case.ts';
import { describeRows } from './estimator-rows-contract.ts';
import { expectNoLeak as expectNoTensorLeak } from './leaks.ts';

/** Tests that hold for every estimator (after scikit-learn's `check_estimator`). */
export function describeEstimator(name: string, contract: EstimatorCase): void {
  const { create, load, x, y, score, held = () => 0, isUnlabelled = false } = contract;

  const expectNoLeak = async <T>(action: () => T | Promise<T>): Promise<T> => {
    const before = held();
    try {
      return await expectNoTensorLeak(action);
    } finally {
      expect(held(), 'memory left behind').toBe(before);
    }
  };

  /** Fits an estimator, uses it, and disposes of it. */
  const fitted = async <T>(use: (estimator: Estimator) => Promise<T>): Promise<T> => {
    const estimator = create();
    try {
      await estimator.fit(x, y);
      return await use(estimator);
    } finally {
      estimator.dispose();
    }
  };
  const decisions = async (estimator: Estimator, rows: unknown = x) =>
    (await estimator.decisionFunction(rows)).data;

  describe(`${name} keeps the estimator contract`, () => {
    // The first use allocates memory that is kept.
    beforeAll(() => fitted((estimator) => estimator.predict(x)));

    it('learns, and leaves no tensor behind', async () => {
      const reached = await expectNoLeak(() => fitted((estimator) => estimator.score(x, y)));
      expect(reached).toBeGreaterThanOrEqual(score);
    });

    it('never changes its options', async () => {
      const before = JSON.stringify(create().options);
      await fitted(async (estimator) => expect(JSON.stringify(estimator.options)).toBe(before));
    });

    it('gives the same bits when fitted again, from a twin and from a clone', async () => {
      await fitted(async (estimator) => {
        const first = await decisions(estimator);
        await expectNoLeak(() => estimator.fit(x, y).then(() => {}));
        expect(await decisions(estimator)).toEqual(first);
        expect(await fitted((twin) => decisions(twin))).toEqual(first);
        const clone = estimator.clone();
        expect(clone.constructor).toBe(estimator.constructor);
        await expect(clone.predict(x)).rejects.toThrow('is not fitted yet');
        await clone.fit(x, y);
        expect(await decisions(clone)).toEqual(first);
        clone.dispose();
      });
    });

    it('takes its own parameters, and refuses wrong ones without a change', async () => {
      await fitted(async (estimator) => {
        const [before, given] = [await decisions(estimator), estimator.getParams()];
        const described = JSON.stringify(estimator.options);
        expect(() => estimator.setParams({ seed: 5, epochs: 0 })).toThrow('`epochs` must be');
        expect(() => estimator.setParams({ sede: 5 })).toThrow('Received: sede.');
        expect(JSON.stringify(estimator.options)).toBe(described);
        expect(estimator.getParams()).toEqual(given);
        expect(estimator.setParams({ seed: 5 })).toBe(estimator);
        expect(estimator.options).toMatchObject({ seed: 5 });
        // The fitted state does not change.
        expect(await decisions(estimator)).toEqual(before);
        estimator.setParams(given).setParams({ seed: undefined });
        await estimator.fit(x, y);
        expect(await decisions(estimator)).toEqual(before);
      });
    });

    it('predicts each row by itself, whatever the order and company', async () => {
      await fitted(async (estimator) => {
        const together = await decisions(estimator);
        const width = together.length / x.length;
        const order = x.map((_, i) => (i * 7 + 3) % x.length);
        const some = order.slice(0, 5);
        for (const rows of [order, some, [order[2]]]) {
          const apart = await decisions(
            estimator,
            rows.map((row) => x[row]),
          );
          const expected = rows.flatMap((row) =>
            Array.from({ length: width }, (_, c) => together[row * width + c]),
          );
          expect(maxRelativeDifference(apart, expected)).toBeLessThan(1e-5);
        }
        const labels = await estimator.predict(x);
        expect(await estimator.predict(some.map((row) => x[row]))).toEqual(
          some.map((row) => labels[row]),
        );
      });
    });

    it('takes rows as arrays, typed arrays and tensors alike, and leaves them as they were', async () => {
      await fitted(async (estimator) => {
        const expected = await decisions(estimator);
        const shape: [number, number] = [x.length, x[0].length];
        const data = Float32Array.from(x.flat());
        const copy = data.slice();
        const tensor = tf.tensor2d(data, shape);
        expect(await decisions(estimator, { data, shape })).toEqual(expected);
        expect(await decisions(estimator, tensor)).toEqual(expected);
        expect(tensor.isDisposed).toBe(false);
        tensor.dispose();
        expect(data).toEqual(copy);
      });
    });

    it('predicts the same bits after it is saved and loaded', async () => {
      await expectNoLeak(() =>
        fitted(async (estimator) => {
          let saved: tf.io.ModelArtifacts | undefined;
          await estimator.save(
            tf.io.withSaveHandler(async (artifacts) => {
              saved = JSON.parse(JSON.stringify({ ...artifacts, weightData: undefined }));
              (saved as tf.io.ModelArtifacts).weightData = artifacts.weightData;
              return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } };
            }),
          );
          const loaded = await load({ load: async () => saved as tf.io.ModelArtifacts });
          expect(await decisions(loaded)).toEqual(await decisions(estimator));
          expect(await loaded.predict(x)).toEqual(await estimator.predict(x));
          // A loaded estimator can also be trained again.
          await loaded.fit(x, y);
          expect(await loaded.score(x, y)).toBeGreaterThanOrEqual(score);
          loaded.dispose();
        }),
      );
    });

    it('stops when it is aborted, and keeps what it learned', () =>
      expectNoLeak(async () => {
        const estimator = create();
        const controller = new AbortController();
        const reason = new Error('enough');
        const aborted = estimator.fit(x, y, {
          signal: controller.signal,
          onEpochEnd: () => controller.abort(reason),
        });
        await expect(aborted).rejects.toBe(reason);
        expect(await estimator.predict(x)).toHaveLength(x.length);
        estimator.dispose();
      }));

    it('stays as it was when a fit is aborted before it learned, or fails', async () => {
      await fitted(async (estimator) => {
        const before = await decisions(estimator);
        const controller = new AbortController();
        const reason = new Error('enough');
        const onProgress = () => controller.abort(reason);
        const early = () => estimator.fit(x, y, { signal: controller.signal, onProgress });
        await expect(expectNoLeak(early)).rejects.toBe(reason);
        const onEpochEnd = () => {
          throw new Error('mine');
        };
        const failing = () => estimator.fit(x, y, { onEpochEnd });
        await expect(expectNoLeak(failing)).rejects.toThrow('mine');
        expect(await decisions(estimator)).toEqual(before);
      });
    });

    it('refuses what it cannot use, before any work, and stays as it was', async () => {
      const unfitted = create();
      await expect(unfitted.predict(x)).rejects.toThrow('is not fitted yet. Call `fit` first.');
      const holed = x.map((row, i) =>
        i === 4 ? row.map((v, c) => (c === 1 ? Number.NaN : v)) : row,
      );
      const bad: [unknown, unknown, string | RegExp][] = [
        [[], y, '`x` must be { data, shape }'],
        [[[]], [y[0]], '`x` must have at least one row and one column'],
        ['rows', y, '`x` must be { data, shape }'],
        [holed, y, '`x` must hold finite numbers only. Received: NaN in row 4, column 1.'],
        [[...x.slice(0, -1), [1]], y, `Received: 1 in row ${x.length - 1}.`],
        [{ data: [1, 2, 3], shape: [2, 2] }, y, 'must multiply to the 3 values'],
      ];
      const count = `${x.length}. Received: ${x.length - 1}.`;
      const withoutTargets: typeof bad = [
        [x, y.slice(1), `\`y\` must have one entry per row of \`x\`, ${count}`],
        [x, 7, '`y` must be'],
      ];
      if (!isUnlabelled) bad.push(...withoutTargets);
      await fitted(async (estimator) => {
        const before = await decisions(estimator);
        for (const [rows, targets, message] of bad) {
          await expect(expectNoLeak(() => unfitted.fit(rows, targets))).rejects.toThrow(message);
          await expect(expectNoLeak(() => estimator.fit(rows, targets))).rejects.toThrow(message);
        }
        const wide = x.map((row) => [...row, 0]);
        await expect(expectNoLeak(() => estimator.predict(wide))).rejects.toThrow(
          `\`x\` must have rows of the shape seen in training, [${x[0].length}]. Received: [${x[0].length + 1}].`,
        );
        expect(await decisions(estimator)).toEqual(before);
      });
    });

    describeRows(contract);

    it.each([
      [
        { validationSplit: 1 },
        isUnlabelled
          ? 'The options of `fit` must be among'
          : '`validationSplit` must be from 0 up to, not including, 1. Received: 1.',
      ],
      [{ epochs: 0 }, '`epochs` must be a whole number, 1 or above. Received: 0.'],
      [{ batchSize: 1.5 }, '`batchSize` must be a whole number, 1 or above. Received: 1.5.'],
      [{ sampleWeight: [1] }, '`sampleWeight` must have one weight per row, '],
      [{ sampleWeight: x.map((_, i) => -i) }, 'must hold finite numbers, 0 or above. Received: -1'],
      [{ sampleWeight: x.map(() => 0) }, '`sampleWeight` must leave a row with a weight above 0.'],
      [{ earlyStoping: true }, 'The options of `fit` must be among'],
    ])('refuses %o in fit', async (options, message) => {
      await expect(create().fit(x, y, options)).rejects.toThrow(message);
    });
  });
}
