import { readFileSync } from 'node:fs';
import { describeOnBackends, maxAbsDifference } from '@kernel-methods/test-utils';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { gammaQuantile } from './gamma-quantile.ts';
import { deserializeKernel, type KernelConfig } from './index.ts';
import { normalQuantile } from './normal-quantile.ts';

// scikit-learn's kernels and SciPy's quantiles, written by the script beside it.
const fixture = JSON.parse(
  readFileSync(new URL('./fixtures/kernels.json', import.meta.url), 'utf8'),
) as {
  x: number[][];
  y: number[][];
  kernels: { className: string; config: KernelConfig; gram: number[][] }[];
  u: number[];
  normal: number[];
  gamma: { shape: number; x: number[] }[];
};

describeOnBackends("scikit-learn's kernels", () => {
  it.each(fixture.kernels.map((kernel) => [kernel.className, kernel.config, kernel.gram] as const))(
    '%s %o',
    (className, config, gram) => {
      const kernel = deserializeKernel({ className, config });
      const values = tf.tidy(() =>
        kernel.evaluate(tf.tensor2d(fixture.x), tf.tensor2d(fixture.y)).dataSync(),
      );
      expect(maxAbsDifference(values, gram.flat())).toBeLessThan(2e-6);
    },
  );
});

describe("SciPy's quantiles", () => {
  it('of the normal distribution', () => {
    const worst = maxRelative(fixture.u.map(normalQuantile), fixture.normal);
    expect(worst).toBeLessThan(1e-14);
  });

  it.each(fixture.gamma.map(({ shape, x }) => [shape, x] as const))(
    'of the gamma distribution of shape %s',
    (shape, x) => {
      const values = fixture.u.map((u) => gammaQuantile(u, shape));
      expect(maxRelative(values, x)).toBeLessThan(1e-8);
    },
  );
});

/** The largest difference in units of the value itself. */
const maxRelative = (a: number[], b: number[]) =>
  maxAbsDifference(
    a.map((value, i) => (value === b[i] ? 1 : value / b[i])),
    b.map(() => 1),
  );
