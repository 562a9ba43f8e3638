import { describeFeatureMap } from '@kernel-methods/test-utils';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import type { layers } from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { additiveChi2Features, intersectionFeatures } from './additive-features.ts';
import { additiveChi2, intersectionKernel } from './additive-kernels.ts';
import { arcCosine } from './arc-cosine.ts';
import { arcCosineFeatures } from './arc-cosine-features.ts';
import type { Kernel } from './kernel.ts';
import { polynomial } from './polynomial.ts';
import { skewedChi2 } from './skewed-chi2.ts';
import { skewedChi2Features } from './skewed-chi2-features.ts';
import { tensorSketch } from './tensor-sketch.ts';

const positive = (points: Float32Array) => points.map((value) => Math.abs(value) + 0.05);
const sumOf = (x: ArrayLike<number>, of: (value: number, i: number) => number) =>
  Array.from(x, of).reduce((sum, value) => sum + value, 0);

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
    ['intersection', intersectionFeatures, intersectionKernel(), [0.5, 0.4, 0.25]],
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

  it('give 0 for 0 and refuse a negative number', () => {
    const map = additiveChi2Features({ name: 'chi' });
    const features = (...row: number[]) =>
      tf.tidy(() => Array.from((map.apply(tf.tensor2d([row])) as tf.Tensor).dataSync()));
    expect(features(0, 0)).toEqual([0, 0, 0, 0, 0, 0]);
    expect(() => features(0, -1)).toThrow(
      "`input` of the layer 'chi' (AdditiveFeatures) must hold numbers 0 or above. Received: -1 in row 0, column 1.",
    );
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
  [() => additiveChi2Features({ sampleSteps: 4 }), '`sampleInterval` must be given for 4'],
  [() => intersectionFeatures({ sampleInterval: -1 }), '`sampleInterval` must be a positive'],
])('names the setting that is wrong', (make, message) => {
  expect(make).toThrow(message);
});
