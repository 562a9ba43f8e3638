import { createRandom } from '@kernel-methods/random';
import {
  describeFeatureMap,
  describeOnBackends,
  expectNoLeak,
  maxAbsDifference,
  pointsFor,
} from '@kernel-methods/test-utils';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import type { layers } from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { additiveChi2Features, intersectionFeatures } from './additive-features.ts';
import { additiveChi2, intersection } from './additive-kernels.ts';
import { arcCosine } from './arc-cosine.ts';
import { arcCosineFeatures } from './arc-cosine-features.ts';
import type { Kernel } from './kernel.ts';
import { deserializeKernel } from './kernel-registry.ts';
import { polynomial } from './polynomial.ts';
import { serializeKernel } from './serialized-kernel.ts';
import { skewedChi2 } from './skewed-chi2.ts';
import { skewedChi2Features } from './skewed-chi2-features.ts';
import { tensorSketch } from './tensor-sketch.ts';

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
    ['intersection', intersection(), (x, y) => sumOf(x, (a, i) => Math.min(a, y[i])), true],
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

for (const degree of [0, 1, 2] as const) {
  describeFeatureMap(`arcCosineFeatures of degree ${degree}`, {
    create: (config) => arcCosineFeatures({ ...config, degree, outputDim: 20 }),
    inputDim: 6,
    outputDim: 20,
    oracle: ([frequencies], row) =>
      Float64Array.from({ length: 20 }, (_, j) => {
        const projection = sumOf(row, (value, i) => value * frequencies[i * 20 + j]);
        return projection > 0 ? Math.sqrt(0.1) * projection ** degree : 0;
      }),
    gradientTolerance: 1e-3,
    rowTolerance: 2e-6,
    hasTrainableWeight: false,
  });
}

describeFeatureMap('skewedChi2Features', {
  create: (config) => skewedChi2Features({ ...config, outputDim: 20, skew: 0.5 }),
  inputDim: 5,
  outputDim: 20,
  samples: positive,
  oracle: ([frequencies, bias], row) =>
    bias.map((phase, j) => {
      const angle = sumOf(row, (value, i) => Math.log(value + 0.5) * frequencies[i * 20 + j]);
      return Math.sqrt(0.1) * Math.cos(angle + phase);
    }),
  gradientTolerance: 1e-3,
  hasTrainableWeight: false,
});

for (const [degree, outputDim] of [
  [1, 8],
  [2, 9],
  [3, 16],
]) {
  describeFeatureMap(`tensorSketch of degree ${degree} into ${outputDim}`, {
    create: (config) => tensorSketch({ ...config, degree, outputDim, gamma: 0.5, coef0: 2 }),
    inputDim: 4,
    outputDim,
    oracle(weights, row) {
      const half = Math.floor(outputDim / 2) + 1;
      const x = [...row.map((value) => value * Math.SQRT1_2), Math.SQRT2];
      const re = new Float64Array(half).fill(1);
      const im = new Float64Array(half);
      for (let i = 0; i < degree; i++) {
        for (let k = 0; k < half; k++) {
          const [a, b] = weights.map((table) =>
            sumOf(x, (v, j) => v * table[(i * 5 + j) * half + k]),
          );
          [re[k], im[k]] = [re[k] * a - im[k] * b, re[k] * b + im[k] * a];
        }
      }
      const pairs = Math.floor((outputDim - 1) / 2) + 1;
      const root2 = (part: Float64Array) => part.slice(1, pairs).map((v) => v * Math.SQRT2);
      const last = outputDim % 2 === 0 ? [re[half - 1]] : [];
      return Float64Array.of(re[0], ...root2(re), ...root2(im), ...last).map(
        (v) => v / Math.sqrt(outputDim),
      );
    },
    tolerance: 1e-4,
    gradientTolerance: 1e-3,
    rowTolerance: 2e-5,
    hasTrainableWeight: false,
  });
}

for (const [name, create, spectrum, step] of [
  ['additiveChi2Features', additiveChi2Features, (f: number) => 1 / Math.cosh(Math.PI * f), 0.4],
  ['intersectionFeatures', intersectionFeatures, (f: number) => 2 / Math.PI / (1 + 4 * f * f), 0.6],
] as const) {
  describeFeatureMap(name, {
    create: ({ seed, ...config }) => create({ ...config, sampleSteps: 3 }),
    inputDim: 4,
    outputDim: 20,
    samples: positive,
    oracle: (_, row) =>
      Float64Array.from({ length: 20 }, (_, at) => {
        const [value, block] = [row[at % 4], Math.floor(at / 4)];
        const j = Math.ceil(block / 2);
        const size = Math.sqrt((j ? 2 : 1) * step * value * spectrum(j * step));
        const wave = block % 2 === 1 || j === 0 ? Math.cos : Math.sin;
        return size * wave(j * step * Math.log(value));
      }),
    gradientTolerance: 1e-3,
    hasSeed: false,
    hasTrainableWeight: false,
  });
}

describe('random features of these kernels', () => {
  beforeAll(async () => {
    tf.enableProdMode();
    await tf.setBackend('cpu');
  });

  type Make = (config: { outputDim: number; seed: number }) => layers.Layer;
  const cases: [string, Make, Kernel, Kernel, boolean][] = [
    ...([0, 1, 2] as const).map((degree): (typeof cases)[number] => [
      `arc-cosine of degree ${degree}`,
      (config) => arcCosineFeatures({ ...config, degree }),
      arcCosine({ degree }),
      arcCosine({ degree: degree === 1 ? 0 : 1 }),
      false,
    ]),
    [
      'tensor sketch of degree 2',
      (config) => tensorSketch({ ...config, coef0: 0.5 }),
      polynomial({ coef0: 0.5 }),
      polynomial({ coef0: 0.5, gamma: Math.SQRT2 }),
      false,
    ],
    [
      'tensor sketch of degree 3',
      (config) => tensorSketch({ ...config, degree: 3, gamma: 0.7, coef0: 0 }),
      polynomial({ degree: 3, gamma: 0.7, coef0: 0 }),
      polynomial({ degree: 3, gamma: 0.7 / Math.SQRT2, coef0: 0 }),
      false,
    ],
    [
      'skewed χ²',
      (config) => skewedChi2Features({ ...config, skew: 0.1 }),
      skewedChi2({ skew: 0.1 }),
      skewedChi2({ skew: 0.2 }),
      true,
    ],
  ];

  /** Pairs of points with all angles between them, or ratios, and the products of their features. */
  const setUp = (isPositive: boolean) => {
    const { normal } = createRandom(3).stream('points');
    const d = 4;
    const [x, y]: number[][][] = [[], []];
    for (let i = 0; i < 12; i++) {
      const point = Array.from({ length: d }, () => normal() / 2);
      const mix = i / 11;
      const other = point.map((value) => mix * value + (1 - mix) * (normal() / 2));
      x.push(isPositive ? point.map((v) => Math.exp(3 * v)) : point);
      y.push(isPositive ? other.map((v) => Math.exp(3 * v)) : other);
    }
    return { x, y };
  };
  const products = (make: Make, x: number[][], y: number[][], outputDim: number, seed: number) => {
    const layer = make({ outputDim, seed });
    const values = tf.tidy(() => {
      const [a, b] = tf.split(layer.apply(tf.tensor2d([...x, ...y])) as tf.Tensor, 2);
      return Array.from(tf.sum(tf.mul(a, b), 1).dataSync());
    });
    layer.dispose();
    return values;
  };
  const exactly = (kernel: Kernel, x: number[][], y: number[][]) =>
    tf.tidy(() => {
      const gram = kernel.evaluate(tf.tensor2d(x), tf.tensor2d(y)).dataSync();
      return x.map((_, i) => gram[i * x.length + i]);
    });
  const meanAndError = (values: number[]) => {
    const mean = sumOf(values, (v) => v) / values.length;
    const variance = sumOf(values, (v) => (v - mean) ** 2) / (values.length - 1);
    return [mean, Math.sqrt(variance / values.length)];
  };

  it.each(cases)(
    'are unbiased, and would be found out if they were another kernel: %s',
    (_, make, kernel, other, isPositive) => {
      const { x, y } = setUp(isPositive);
      const draws = Array.from({ length: 250 }, (_, seed) => products(make, x, y, 64, seed));
      const worst = (exact: number[]) =>
        Math.max(
          ...exact.map((k, pair) => {
            const [mean, error] = meanAndError(draws.map((draw) => draw[pair]));
            return Math.abs(mean - k) / error;
          }),
        );
      // 12 pairs beyond 4.5 standard errors: 1 in 10,000 for a right map, and the seeds are fixed.
      const exact = exactly(kernel, x, y);
      expect(Math.max(...exact) / Math.min(...exact.map(Math.abs))).toBeGreaterThan(3);
      expect(worst(exact)).toBeLessThan(4.5);
      expect(worst(exactly(other, x, y))).toBeGreaterThan(7);
    },
  );

  it.each(cases)('come nearer as 1 / √D: %s', (_, make, kernel, _other, isPositive) => {
    const { x, y } = setUp(isPositive);
    const exact = exactly(kernel, x, y);
    const [few, many] = [32, 512].map((D) =>
      meanAndError(
        Array.from({ length: 120 }, (_, seed) => {
          const values = products(make, x, y, D, seed);
          return sumOf(values, (value, i) => (value - exact[i]) ** 2);
        }),
      ),
    );
    const slope = Math.log(many[0] / few[0]) / 2 / Math.log(16);
    const error = Math.hypot(many[1] / many[0], few[1] / few[0]) / 2 / Math.log(16);
    expect(Math.abs(slope + 0.5)).toBeLessThan(4 * error);
    expect(4 * error).toBeLessThan(0.3);
  });
});

describe('features of additive kernels', () => {
  beforeAll(async () => {
    tf.enableProdMode();
    await tf.setBackend('cpu');
  });

  /** Largest error in units of √(x·y), of numbers up to a ratio of e³. */
  const errorOf = (map: layers.Layer, kernel: Kernel) =>
    tf.tidy(() => {
      const x = tf.tensor2d(Array.from({ length: 31 }, (_, i) => [0.2 * Math.exp(i / 10)]));
      const z = map.apply(x) as tf.Tensor2D;
      const roots = tf.sqrt(x);
      const size = tf.matMul(roots, tf.transpose(roots));
      const errors = tf.sub(tf.matMul(z, tf.transpose(z)), kernel.evaluate(x, x));
      return tf.max(tf.abs(tf.div(errors, size))).dataSync()[0];
    });

  it.each([
    ['additiveChi2', additiveChi2Features, additiveChi2(), [0.4, 0.12, 0.05]],
    ['intersection', intersectionFeatures, intersection(), [0.5, 0.4, 0.25]],
  ] as const)('come near to the kernel with more steps: %s', (_, create, kernel, bounds) => {
    const errors = bounds.map((_, i) => errorOf(create({ sampleSteps: i + 1 }), kernel));
    errors.forEach((error, i) => {
      expect(error).toBeLessThan(bounds[i]);
      expect(error).toBeLessThan(i === 0 ? 1 : errors[i - 1] / 1.3);
    });
    const fine = errorOf(create({ sampleSteps: 40, sampleInterval: 0.15 }), kernel);
    expect(fine).toBeLessThan(errors[2] / 2);
    const wrong = errorOf(create({ sampleSteps: 3, sampleInterval: 1.8 }), kernel);
    expect(wrong).toBeGreaterThan(2 * errors[2]);
  });

  it('give 0 for 0 and NaN for a negative number', () => {
    const z = tf.tidy(() =>
      (additiveChi2Features().apply(tf.tensor2d([[0, -1]])) as tf.Tensor).dataSync(),
    );
    expect(Array.from(z)).toEqual([0, Number.NaN, 0, Number.NaN, 0, Number.NaN]);
  });
});

it.each([
  [() => arcCosine({ degree: 3 as 2 }), '`degree` must be 0, 1 or 2. Received: 3.'],
  [() => arcCosineFeatures({ outputDim: 2, degree: 3 as 2 }), '`degree` must be 0, 1 or 2.'],
  [
    () => polynomial({ degree: 1.5 }),
    '`degree` must be a whole number, 1 or above. Received: 1.5.',
  ],
  [() => polynomial({ gamma: 0 }), '`gamma` must be a positive finite number. Received: 0.'],
  [() => tensorSketch({ outputDim: 2, coef0: -1 }), '`coef0` must be a finite number, 0 or above.'],
  [() => skewedChi2({ skew: 0 }), '`skew` must be a positive finite number. Received: 0.'],
  [() => additiveChi2Features({ sampleSteps: 4 }), '`sampleInterval` must be given from 4'],
  [() => intersectionFeatures({ sampleInterval: -1 }), '`sampleInterval` must be a positive'],
])('names the setting that is wrong', (make, message) => {
  expect(make).toThrow(message);
});
