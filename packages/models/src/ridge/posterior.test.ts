import { readFileSync } from 'node:fs';
import { createRandom } from '@kernel-methods/random';
import { atOnce, getSimd } from '@kernel-methods/simd';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { simdNumerics } from '../numerics/simd-numerics.ts';
import { RidgeAccumulator } from './accumulator.ts';
import { difference, naiveRidge, solve, someRows } from './fixtures/naive-ridge.ts';
import type { RidgeRows } from './leave-one-out.ts';
import { RidgePosterior, type RidgePosteriorOptions } from './posterior.ts';

async function posteriorOf(rows: RidgeRows, options: RidgePosteriorOptions) {
  const state = new RidgeAccumulator(rows.width, rows.units, simdNumerics());
  await state.add(rows.z, rows.y, rows.weights);
  try {
    return atOnce(RidgePosterior.steps(state, options));
  } finally {
    state.dispose();
  }
}

/** By the inverse of A. */
function naive(rows: RidgeRows, l2: number, x: Float32Array, given?: number) {
  const { z, y, width, units, weights } = rows;
  const n = z.length / width;
  const total = weights?.reduce((a, b) => a + b) ?? n;
  const alpha = (l2 * total * units) / 2;
  const { gram, zMean, predict } = naiveRidge(rows, alpha);
  const identity = gram.map((row, i) => row.map((_, j) => Number(i === j)));
  const inverse = solve(gram, identity);
  const gamma = width - alpha * inverse.reduce((sum, row, i) => sum + row[i], 0);
  const fits = predict(z);
  const noise = Array.from({ length: units }, (_, unit) => {
    let sum = 0;
    for (let i = 0; i < n; i++) {
      sum += (weights?.[i] ?? 1) * (y[i * units + unit] - fits[i * units + unit]) ** 2;
    }
    return given ?? sum / (total - 1 - gamma);
  });
  const std = Array.from({ length: x.length / width }, (_, row) => {
    const zc = zMean.map((mean, j) => x[row * width + j] - mean);
    const distance = zc.reduce(
      (sum, a, i) => sum + zc.reduce((inner, b, j) => inner + a * b * inverse[i][j], 0),
      0,
    );
    return noise.map((value) => Math.sqrt(value * (1 + 1 / total + distance)));
  });
  return { std: std.flat(), noise, gamma };
}

it('is what the inverse gives, for any shape and weights', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 3, max: 30 }),
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 1, max: 3 }),
      fc.boolean(),
      fc.nat(1e6),
      async (n, width, units, weighted, seed) => {
        const weights = weighted
          ? Float32Array.from({ length: n }, (_, i) => (i % 4) + 0.5)
          : undefined;
        const rows = { ...someRows(seed, n, width, units), weights };
        const x = someRows(seed + 1, 5, width, 1).z.map((value) => 3 * value);
        // Of what fits through nearly all rows leave, float32 sums know too little.
        const noise = n > 2 * width ? undefined : 1;
        const posterior = await posteriorOf(rows, { l2: 0.2, noise });
        const expected = naive(rows, 0.2, x, noise);
        expect(atOnce(posterior.degreesOfFreedom())).toBeCloseTo(expected.gamma, 3);
        expect(difference(atOnce(posterior.std(x)), expected.std)).toBeLessThan(2e-4);
        posterior.dispose();
      },
    ),
    { numRuns: 40 },
  );
});

it('works by blocks of rows and of columns', async () => {
  const rows = someRows(1, 700, 300, 1);
  const posterior = await posteriorOf(rows, { l2: 0.01 });
  const { std, gamma, noise } = naive(rows, 0.01, rows.z.subarray(0, 300 * 300));
  expect(atOnce(posterior.degreesOfFreedom()) / gamma).toBeCloseTo(1, 5);
  expect(posterior.noise[0] / noise[0]).toBeCloseTo(1, 4);
  expect(difference(atOnce(posterior.std(rows.z.subarray(0, 300 * 300))), std)).toBeLessThan(1e-5);
  posterior.dispose();
});

it("has the standard deviations of scikit-learn's gaussian process with a linear kernel", async () => {
  const { z, y, noise, alpha, queries, std } = JSON.parse(
    readFileSync(new URL('../fixtures/sklearn/ridge-posterior.json', import.meta.url), 'utf8'),
  );
  const rows = {
    ...{ z: Float32Array.from(z.flat()), y: Float32Array.from(y) },
    ...{ width: z[0].length, units: 1 },
  };
  const posterior = await posteriorOf(rows, { l2: (2 * alpha) / y.length, noise });
  expect(difference(atOnce(posterior.std(Float32Array.from(queries.flat()))), std)).toBeLessThan(
    1e-4,
  );
  posterior.dispose();
});

it('covers new targets as often as a normal distribution says', async () => {
  const width = 10;
  const { normal } = createRandom(5);
  const truth = Float64Array.from({ length: width }, normal);
  const draw = (n: number): RidgeRows => {
    const z = Float32Array.from({ length: n * width }, normal);
    const y = Float32Array.from({ length: n }, (_, i) => {
      return truth.reduce((sum, w, j) => sum + w * z[i * width + j], 3) + 0.5 * normal();
    });
    return { z, y, width, units: 1 };
  };
  const rows = draw(60);
  const [l2, tested] = [(2 * 0.25) / 60, draw(2000)];
  const posterior = await posteriorOf(rows, { l2 });
  const std = atOnce(posterior.std(tested.z));
  const fits = naiveRidge(rows, 0.25).predict(tested.z);
  const share = fits.filter((fit, i) => Math.abs(fit - tested.y[i]) < std[i]).length / 2000;
  // 0.683 within one std; σ itself is known from 49 residuals to 10 %, which moves the share by 0.05.
  expect(Math.abs(share - 0.683)).toBeLessThan(0.12);
  expect(Math.abs(Math.sqrt(posterior.noise[0]) - 0.5)).toBeLessThan(0.15);
  posterior.dispose();
});

it('knows nothing far from constant features, nor of the noise from one row', async () => {
  const rows = someRows(6, 30, 3, 1);
  for (let i = 1; i < 90; i += 3) rows.z[i] = 0.7;
  const posterior = await posteriorOf(rows, { l2: 0.1, noise: 1 });
  const near = Float32Array.from(rows.z.subarray(0, 3));
  const far = near.map((value, i) => value + Number(i === 1) * 10);
  // The prior of its weight: variance 1 / alpha = 1 / 1.5.
  const [a, b] = atOnce(posterior.std(Float32Array.of(...near, ...far)));
  expect(b ** 2 - a ** 2).toBeCloseTo(100 / 1.5, 2);
  posterior.dispose();
  const one = await posteriorOf(someRows(7, 1, 3, 2), { l2: 0.1 });
  expect(Array.from(atOnce(one.std(Float32Array.of(1, 2, 3))))).toEqual([
    Number.POSITIVE_INFINITY,
    Number.POSITIVE_INFINITY,
  ]);
  one.dispose();
});

it('refuses what it cannot use, and leaves no memory behind', async () => {
  const rows = someRows(8, 30, 70, 1);
  const use = async () => {
    const posterior = await posteriorOf(rows, { l2: 0.1 });
    expect(() => atOnce(posterior.std(new Float32Array(71)))).toThrow(
      '`z` must have rows of 70 features. Received: 71 numbers.',
    );
    atOnce(posterior.std(rows.z));
    expect(atOnce(posterior.std(new Float32Array(0)))).toHaveLength(0);
    posterior.dispose();
    await expect(posteriorOf(rows, { l2: 0 })).rejects.toThrow(
      '`l2` must be a positive finite number. Received: 0.',
    );
    await expect(posteriorOf(rows, { l2: 1, noise: -1 })).rejects.toThrow(
      '`noise` must be a finite number, 0 or above. Received: -1.',
    );
  };
  await use(); // The scratch memory stays.
  const { bytesInUse } = getSimd().memory();
  await use();
  expect(getSimd().memory().bytesInUse).toBe(bytesInUse);
});
