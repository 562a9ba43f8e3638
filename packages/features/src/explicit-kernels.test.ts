import {
  describeOnBackends,
  expectNoLeak,
  maxAbsDifference,
  pointsFor,
} from '@kernel-methods/test-utils';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { expect, it } from 'vitest';
import { additiveChi2, intersectionKernel } from './additive-kernels.ts';
import { arcCosine } from './arc-cosine.ts';
import type { Kernel } from './kernel.ts';
import { deserializeKernel } from './kernel-registry.ts';
import { polynomial } from './polynomial.ts';
import { serializeKernel } from './serialized-kernel.ts';
import { skewedChi2 } from './skewed-chi2.ts';

const positive = (points: Float32Array) => points.map((value) => Math.abs(value) + 0.05);
const dot = (x: ArrayLike<number>, y: ArrayLike<number>) => {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i] * y[i];
  return sum;
};
const sumOf = (x: ArrayLike<number>, of: (value: number, i: number) => number) =>
  Array.from(x, of).reduce((sum, value) => sum + value, 0);

/** Each kernel with its definition in float64, and whether points must be positive. */
const kernels: [string, Kernel, (x: ArrayLike<number>, y: ArrayLike<number>) => number, boolean][] =
  [
    ...([0, 1, 2] as const).map((degree): (typeof kernels)[number] => [
      `arcCosine of degree ${degree}`,
      arcCosine({ degree }),
      (x, y) => {
        const norms = Math.sqrt(dot(x, x) * dot(y, y));
        const angle = Math.acos(Math.min(1, Math.max(-1, dot(x, y) / norms)));
        const [s, c, rest] = [Math.sin(angle), Math.cos(angle), Math.PI - angle];
        const j = [rest, s + rest * c, 3 * s * c + rest * (1 + 2 * c * c)][degree];
        return (norms ** degree * j) / Math.PI;
      },
      false,
    ]),
    [
      'polynomial',
      polynomial({ degree: 3, gamma: 0.5 }),
      (x, y) => (0.5 * dot(x, y) + 1) ** 3,
      false,
    ],
    [
      'additiveChi2',
      additiveChi2(),
      (x, y) => sumOf(x, (a, i) => (2 * a * y[i]) / (a + y[i])),
      true,
    ],
    ['intersection', intersectionKernel(), (x, y) => sumOf(x, (a, i) => Math.min(a, y[i])), true],
    [
      'skewedChi2',
      skewedChi2({ skew: 0.2 }),
      (x, y) =>
        Math.exp(
          sumOf(x, (a, i) => {
            const [p, q] = [a + 0.2, y[i] + 0.2];
            return Math.log((2 * Math.sqrt(p * q)) / (p + q));
          }),
        ),
      true,
    ],
  ];

describeOnBackends('kernels with an explicit feature map', () => {
  it.each(kernels)(
    '%s agrees with its definition, and can be saved',
    async (_, kernel, exact, isPositive) => {
      for (const [n, m, d] of [
        [1, 1, 1],
        [7, 9, 5],
        [150, 40, 60],
      ]) {
        const [a, b] = [pointsFor(n, d, 1), pointsFor(m, d, 2)].map((points) =>
          isPositive ? positive(points) : points,
        );
        const expected = Array.from({ length: n * m }, (_, i) => {
          const [row, column] = [Math.floor(i / m), i % m];
          return exact(a.subarray(row * d, row * d + d), b.subarray(column * d, column * d + d));
        });
        await expectNoLeak(() =>
          tf.tidy(() => {
            const [x, y] = [tf.tensor2d(a, [n, d]), tf.tensor2d(b, [m, d])];
            const revived = deserializeKernel(JSON.parse(JSON.stringify(serializeKernel(kernel))));
            for (const each of [kernel, revived]) {
              const gram = each.evaluate(x, y);
              expect(gram.shape).toEqual([n, m]);
              // Near an angle of 0 or π the arc cosine of float32 is good to its root.
              const tolerance = d === 1 && kernel.name === 'arcCosine' ? 1e-3 : 2e-5;
              expect(maxAbsDifference(gram.dataSync(), expected)).toBeLessThan(tolerance);
            }
          }),
        );
      }
    },
  );

  it('additiveChi2 of two zeros is 0', () => {
    tf.tidy(() => {
      const x = tf.tensor2d([
        [0, 0],
        [0, 2],
      ]);
      expect(Array.from(additiveChi2().evaluate(x, x).dataSync())).toEqual([0, 0, 0, 2]);
    });
  });
});
