import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { maxAbsDifference } from './closeness.ts';
import { expectNoLeak } from './leaks.ts';

interface Numbers {
  readonly data: ArrayLike<number>;
  readonly shape: readonly number[];
}

/** The part of an estimator that the contract speaks of. */
export interface Estimator {
  readonly options: object;
  fit(x: unknown, y: unknown, options?: object): Promise<{ history: readonly { loss: number }[] }>;
  predict(x: unknown): Promise<readonly unknown[]>;
  decisionFunction(x: unknown): Promise<Numbers>;
  score(x: unknown, y: unknown): Promise<number>;
  save(handler: tf.io.IOHandler): Promise<void>;
  dispose(): void;
}

export interface EstimatorCase {
  /** A new estimator that trains in about a second on the rows below. */
  readonly create: () => Estimator;
  readonly load: (handler: tf.io.IOHandler) => Promise<Estimator>;
  /** Rows and targets that it can learn. */
  readonly x: readonly (readonly number[])[];
  readonly y: readonly unknown[];
  /** The least that `score` gives on the training rows. */
  readonly score: number;
}

/** What holds for every estimator (after scikit-learn's `check_estimator`). */
export function describeEstimator(name: string, contract: EstimatorCase): void {
  const { create, load, x, y, score } = contract;

  /** Fits one, uses it, disposes of it. */
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
    it('learns, and leaves no tensor behind', async () => {
      const reached = await expectNoLeak(() => fitted((estimator) => estimator.score(x, y)));
      expect(reached).toBeGreaterThanOrEqual(score);
    });

    it('never changes its options', async () => {
      const before = JSON.stringify(create().options);
      await fitted(async (estimator) => expect(JSON.stringify(estimator.options)).toBe(before));
    });

    it('gives the same bits when fitted again, and from a twin', async () => {
      await fitted(async (estimator) => {
        const first = await decisions(estimator);
        await expectNoLeak(() => estimator.fit(x, y).then(() => {}));
        expect(await decisions(estimator)).toEqual(first);
        expect(await fitted((twin) => decisions(twin))).toEqual(first);
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
          expect(maxAbsDifference(apart, expected)).toBeLessThan(1e-5);
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
          // It can be trained again as well, from its own description.
          await loaded.fit(x, y);
          expect(await loaded.score(x, y)).toBeGreaterThanOrEqual(score);
          loaded.dispose();
        }),
      );
    });

    it('stops when it is aborted, and keeps what it learned', async () => {
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
        [
          x,
          y.slice(1),
          `\`y\` must have one entry a row of \`x\`, ${x.length}. Received: ${x.length - 1}.`,
        ],
        [{ data: [1, 2, 3], shape: [2, 2] }, y, 'must multiply to the 3 values'],
        [x, 7, '`y` must be'],
      ];
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

    it.each([
      [
        { validationSplit: 1 },
        '`validationSplit` must be from 0 up to, not including, 1. Received: 1.',
      ],
      [{ epochs: 0 }, '`epochs` must be a whole number, 1 or above. Received: 0.'],
      [{ batchSize: 1.5 }, '`batchSize` must be a whole number, 1 or above. Received: 1.5.'],
    ])('refuses %o in fit', async (options, message) => {
      await expect(create().fit(x, y, options)).rejects.toThrow(message);
    });
  });
}
