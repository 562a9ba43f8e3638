import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { describeOnBackends } from './backends.ts';
import { maxAbsDifference } from './closeness.ts';
import { expectNoLeak } from './leaks.ts';
import { pointsFor } from './points.ts';

/** What the suite needs from a kernel. */
export interface ContractKernel {
  readonly name: string;
  evaluate(x: tf.Tensor2D, y: tf.Tensor2D): tf.Tensor2D;
  against?(y: tf.Tensor2D): (x: tf.Tensor2D) => tf.Tensor2D;
  getConfig(): object;
}

export interface KernelContract<K extends ContractKernel> {
  /** The kernel under test; its values at normal points should spread over its range. */
  create(): K;
  /** The kernel's definition for two points, in float64, loops only. */
  oracle(x: ArrayLike<number>, y: ArrayLike<number>): number;
  /** The kernel, rebuilt from its saved form. */
  revive(saved: string): K;
  save(kernel: K): string;
  /** Shapes n, m, d large enough for several tiles each way. */
  tileShapes?: readonly (readonly [number, number, number])[];
  /** The offsets of the points from the origin; only 0 for a kernel that is not shift-invariant. */
  offsets?: readonly number[];
  tolerance?: number;
}

/** Tests that every kernel must pass, whatever it computes. */
export function describeKernel<K extends ContractKernel>(
  name: string,
  contract: KernelContract<K>,
): void {
  const {
    create,
    oracle,
    tileShapes = [
      [1100, 1000, 2],
      [2, 3000, 400],
    ],
    offsets = [0, 1000],
    tolerance = 2e-6,
  } = contract;

  const naive = (x: Float32Array, y: Float32Array, d: number) => {
    const rows = (points: Float32Array) =>
      Array.from({ length: points.length / d }, (_, i) => points.subarray(i * d, (i + 1) * d));
    const columns = rows(y);
    return rows(x).flatMap((a) => columns.map((b) => oracle(a, b)));
  };

  const gram = (x: Float32Array, y: Float32Array, d: number, kernel = create()) =>
    tf.tidy(() => {
      const [n, m] = [x.length / d, y.length / d];
      const result = kernel.evaluate(tf.tensor2d(x, [n, d]), tf.tensor2d(y, [m, d]));
      expect(result.shape).toEqual([n, m]);
      expect(result.dtype).toBe('float32');
      return result.dataSync() as Float32Array;
    });

  describeOnBackends(`${name} keeps the contract of kernels`, () => {
    it.each(offsets)('agrees with the naive float64 oracle at %s from the origin', (offset) => {
      for (const [n, m, d] of [
        [1, 1, 1],
        [3, 5, 2],
        [9, 17, 33],
        [20, 4, 100],
      ]) {
        const x = pointsFor(n, d, 1, offset);
        const y = pointsFor(m, d, 2, offset);
        const expected = naive(x, y, d);
        expect(maxAbsDifference(gram(x, y, d), expected)).toBeLessThan(tolerance);
      }
    });

    it('is no constant: the oracle spreads over most of its range', () => {
      const values = naive(pointsFor(30, 2, 1), pointsFor(30, 2, 2), 2);
      expect(Math.max(...values) - Math.min(...values)).toBeGreaterThan(0.5);
    });

    it.each(tileShapes.map((shape) => [...shape]))(
      'agrees across the borders of its tiles: %s × %s points of %s numbers',
      (n, m, d) => {
        const x = pointsFor(n, d, 3);
        const y = pointsFor(m, d, 4);
        expect(maxAbsDifference(gram(x, y, d), naive(x, y, d))).toBeLessThan(tolerance);
      },
    );

    it('is symmetric, right on the diagonal and positive definite', () => {
      const n = 60;
      const x = pointsFor(n, 3, 5);
      const k = gram(x, x, 3);
      for (let i = 0; i < n; i++) {
        const point = x.subarray(3 * i, 3 * i + 3);
        expect(Math.abs(k[i * n + i] - oracle(point, point))).toBeLessThan(tolerance);
        for (let j = 0; j < i; j++) {
          expect(Math.abs(k[i * n + j] - k[j * n + i])).toBeLessThan(tolerance);
        }
      }
      expect(smallestPivot(k, n, 1e-4)).toBeGreaterThan(0);
    });

    it('takes integers, and leaves its inputs and nothing else', async () => {
      const x = tf.tensor2d([1, 2, 3, 4], [2, 2], 'int32');
      await expectNoLeak(() => create().evaluate(x, x).dispose());
      expect(Array.from(x.dataSync())).toEqual([1, 2, 3, 4]);
      x.dispose();
    });

    it('gives the same numbers against points that it keeps, if it keeps any', async () => {
      const kernel = create();
      if (!kernel.against) return;
      await expectNoLeak(() => {
        const y = tf.tensor2d(pointsFor(7, 3, 2, 10), [7, 3]);
        const all = [1, 5].map((n) => tf.tensor2d(pointsFor(n, 3, n, 10), [n, 3]));
        const expected = tf.tidy(() => all.map((x) => kernel.evaluate(x, y).arraySync()));
        const evaluate = kernel.against!(y);
        y.dispose();
        expect(tf.tidy(() => all.map((x) => evaluate(x).arraySync()))).toEqual(expected);
        const wrong = tf.zeros([2, 4]) as tf.Tensor2D;
        expect(() => evaluate(wrong)).toThrow('last axes');
        tf.dispose([...all, wrong]);
      });
    });

    it('names the input that is wrong, and leaves nothing behind', async () => {
      const points = tf.zeros([2, 3]) as tf.Tensor2D;
      const other = tf.zeros([2, 4]) as tf.Tensor2D;
      const flat = tf.zeros([3]) as unknown as tf.Tensor2D;
      const kernel = create();
      await expectNoLeak(() => {
        expect(() => kernel.evaluate(flat, points)).toThrow(/^`x` must have rank 2.*\[3\]/);
        expect(() => kernel.evaluate(points, flat)).toThrow(/^`y` must have rank 2.*\[3\]/);
        expect(() => kernel.evaluate(points, other)).toThrow(/`x` and `y`.*\[2,3\] and \[2,4\]/);
        expect(() => kernel.evaluate([[1]] as unknown as tf.Tensor2D, points)).toThrow('`x` must');
      });
      tf.dispose([points, other, flat]);
    });
  });

  describe(`${name} keeps the contract of kernels`, () => {
    it('is the same kernel after it was saved as JSON, and is not changed by use', () => {
      const kernel = create();
      const before = JSON.stringify(kernel.getConfig());
      const x = pointsFor(5, 3, 6);
      const expected = gram(x, x, 3, kernel);
      expect(JSON.stringify(kernel.getConfig())).toBe(before);
      const revived = contract.revive(contract.save(kernel));
      expect(revived.name).toBe(kernel.name);
      expect(revived.getConfig()).toEqual(kernel.getConfig());
      expect(gram(x, x, 3, revived)).toEqual(expected);
    });
  });
}

/** The smallest pivot of the Cholesky factorization of K + jitter·I: negative if K is indefinite. */
function smallestPivot(k: ArrayLike<number>, n: number, jitter: number): number {
  const l = Float64Array.from(k);
  let smallest = Number.POSITIVE_INFINITY;
  for (let j = 0; j < n; j++) {
    for (let i = j; i < n; i++) {
      let sum = l[i * n + j] + (i === j ? jitter : 0);
      for (let p = 0; p < j; p++) sum -= l[i * n + p] * l[j * n + p];
      if (i === j) smallest = Math.min(smallest, sum);
      l[i * n + j] = i === j ? Math.sqrt(sum) : sum / l[j * n + j];
    }
  }
  return smallest;
}
