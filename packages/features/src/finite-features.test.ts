import { describeOnBackends, expectNoLeak, pointsFor } from '@kernel-methods/test-utils';
import * as tf from '@tensorflow/tfjs-core';
import type { layers } from '@tensorflow/tfjs-layers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  additiveChi2,
  additiveChi2Features,
  arcCosineFeatures,
  checkFeatures,
  gaussian,
  type InputDomain,
  identity,
  intersectionFeatures,
  intersectionKernel,
  isFittable,
  type Kernel,
  nystroem,
  pca,
  polynomial,
  positiveRandomFeatures,
  productKernel,
  randomFourierFeatures,
  scaledKernel,
  skewedChi2,
  skewedChi2Features,
  standardize,
  sumKernel,
  tensorSketch,
  whiten,
} from './index.ts';

type Layer = layers.Layer;

const apply = (map: Layer, rows: number[][]) =>
  tf.tidy(() => Array.from((map.apply(tf.tensor2d(rows)) as tf.Tensor).dataSync()));

describeOnBackends('maps of finite rows', () => {
  const outside: [string, () => Layer, number, RegExp][] = [
    ['additiveChi2Features', () => additiveChi2Features(), -1, /must hold numbers 0 or above/],
    ['intersectionFeatures', () => intersectionFeatures(), -1e-3, /must hold numbers 0 or above/],
    [
      'skewedChi2Features at −skew',
      () => skewedChi2Features({ outputDim: 4, skew: 0.5 }),
      -0.5,
      /must hold numbers above -0\.5\. Received: -0\.5 in row 2, column 1/,
    ],
    [
      'skewedChi2Features below',
      () => skewedChi2Features({ outputDim: 4, skew: 0.5 }),
      -7,
      /must hold numbers above -0\.5\. Received: -7 in row 2, column 1/,
    ],
  ];
  it('Nyström’s features have the domain of their kernel', async () => {
    const all = { above: 0, isIncluded: true };
    const skewed = { above: -0.5, isIncluded: false };
    const kernels: [Kernel, InputDomain | undefined][] = [
      [additiveChi2(), all],
      [intersectionKernel(), all],
      [skewedChi2({ skew: 0.5 }), skewed],
      [gaussian(), undefined],
      [sumKernel([gaussian(), skewedChi2({ skew: 0.5 })]), skewed],
      [productKernel([additiveChi2(), skewedChi2({ skew: 0.5 })]), all],
      [scaledKernel(intersectionKernel(), 2), all],
      [sumKernel([gaussian()]), undefined],
    ];
    const x = tf.tensor2d(pointsFor(8, 2, 1).map(Math.abs), [8, 2]);
    for (const [kernel, domain] of kernels) {
      expect(kernel.domain).toEqual(domain);
      const map = nystroem({ outputDim: 4, kernel });
      await map.fit(x);
      const rows = [
        [0.1, 0.2],
        [0.3, -3],
      ];
      if (domain === undefined) expect(apply(map, rows).every(Number.isFinite)).toBe(true);
      else expect(() => apply(map, rows)).toThrow(/must hold numbers .*-3 in row 1, column 1\./);
      map.dispose();
    }
    x.dispose();
  });

  it.each(outside)('%s refuses a number outside of its domain', async (_, make, bad, message) => {
    const map = make();
    apply(map, [[0, 0.25]]);
    await expectNoLeak(() => {
      expect(() =>
        apply(map, [
          [0, 1],
          [1, 2],
          [3, bad],
        ]),
      ).toThrow(message);
      expect(() =>
        apply(map, [
          [0, 1],
          [1, 2],
          [3, bad],
        ]),
      ).toThrow(/row 2, column 1/);
    });
    map.dispose();
  });

  const maps: [string, () => Layer][] = [
    ['randomFourierFeatures', () => randomFourierFeatures({ outputDim: 8, scale: 1 })],
    ['of pairs', () => randomFourierFeatures({ outputDim: 8, scale: 1, projection: 'pair' })],
    ['structured', () => randomFourierFeatures({ outputDim: 8, scale: 1, draw: 'structured' })],
    ['laplacian', () => randomFourierFeatures({ outputDim: 8, kernelInitializer: 'laplacian' })],
    ['positiveRandomFeatures', () => positiveRandomFeatures({ outputDim: 8 })],
    ['arcCosineFeatures', () => arcCosineFeatures({ outputDim: 8, degree: 2 })],
    ['tensorSketch', () => tensorSketch({ outputDim: 8, degree: 3 })],
    ['additiveChi2Features', () => additiveChi2Features()],
    ['skewedChi2Features', () => skewedChi2Features({ outputDim: 8 })],
    ['identity', () => identity()],
  ];
  it.each(maps)('%s gives finite features of any finite row, or says which row', (_, make) => {
    const map = make();
    const number = fc.constantFrom(0, 1, 2.5, 1e3, 1e12, 1e19, 1e30, 1e37, 3e38);
    const row = fc.tuple(number, number, number);
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 4 }), (rows) => {
        try {
          expect(apply(map, rows).every(Number.isFinite)).toBe(true);
        } catch (error) {
          expect((error as Error).message).toMatch(
            /^Features of the layer .* must be finite\. Rec/,
          );
          expect((error as Error).message).toMatch(/of row \d+, whose largest number is/);
        }
      }),
      { numRuns: 40 },
    );
    map.dispose();
  });

  it('TensorSketch whose constant overflows says so', () => {
    expect(() => tensorSketch({ outputDim: 4, coef0: 1e308 })).toThrow(
      'It is Infinity as float32.',
    );
    const map = tensorSketch({ outputDim: 4, coef0: 1e30, degree: 3 });
    expect(() => apply(map, [[0, 0]])).toThrow(/^Features of the layer/);
    map.dispose();
  });

  it('leaves what is no number to those who gave it', () => {
    const map = randomFourierFeatures({ outputDim: 4 });
    expect(apply(map, [[Number.NaN, 1]]).some(Number.isNaN)).toBe(true);
    map.dispose();
  });

  const fitted: [string, () => Layer][] = [
    ['standardize', () => standardize()],
    ['pca', () => pca()],
    ['nystroem', () => nystroem({ outputDim: 2 })],
  ];
  it.each(fitted)('%s learns finite weights of huge rows, or refuses them', async (_, make) => {
    const map = make();
    const x = tf.tensor2d([
      [1e37, 3],
      [-3e38, 2],
      [3e38, 1],
      [5, 5],
    ]);
    await expectNoLeak(async () => {
      if (!isFittable(map)) throw new Error('not a fitted map');
      await map.fit(x).catch((error: Error) => expect(error.message).toMatch(/`x` must hold numb/));
      expect(map.getWeights().every((w) => Array.from(w.dataSync()).every(Number.isFinite))).toBe(
        true,
      );
      map.dispose();
    });
    x.dispose();
  });
}, ['cpu', 'simd']);

describe.each([
  ['whiten()', () => whiten()],
  ['pca({ whiten: true })', () => pca({ whiten: true })],
])('%s', (_, make) => {
  const deviations = async (rows: number[][]) => {
    const [x, map] = [tf.tensor2d(rows), make()];
    await map.fit(x);
    const z = tf.tidy(() => (map.apply(x) as tf.Tensor2D).arraySync());
    tf.dispose(x);
    map.dispose();
    return rows[0].map((_, j) =>
      Math.sqrt(z.reduce((sum, row) => sum + row[j] ** 2, 0) / (rows.length - 1)),
    );
  };

  it.each([9e-4, 1e-4, 1e-5])(
    'keeps a direction whose deviation is %s of the largest',
    async (e) => {
      const rows = [
        [1, e],
        [1, -e],
        [-1, e],
        [-1, -e],
      ];
      for (const deviation of await deviations(rows)) expect(deviation).toBeCloseTo(1, 3);
      const turned = rows.map(([a, b]) => [0.8 * a - 0.6 * b, 0.6 * a + 0.8 * b]);
      // Turned, float32 rounds the rows by 6e-8.
      for (const deviation of await deviations(turned)) expect(deviation).toBeCloseTo(1, 2);
    },
  );

  it('drops what is left of float32 of rows far from 0', async () => {
    const rows = Array.from({ length: 50 }, (_, i) => {
      const a = 1e4 + Math.fround(Math.sin(i));
      return [Math.fround(a), Math.fround(2 * a), Math.cos(3 * i)];
    });
    const [first, second, third] = await deviations(rows);
    expect(first).toBeCloseTo(1, 2);
    expect(second).toBeCloseTo(1, 2);
    expect(third).toBeLessThan(1e-3);
  });
});

describe('nystroem', () => {
  it.each([
    ['empty histograms', additiveChi2()],
    ['a homogeneous polynomial on zeros', polynomial({ coef0: 0 })],
  ])('gives zeros where K is 0 between all landmarks: %s', async (_, kernel) => {
    const map = nystroem({ outputDim: 3, kernel });
    const zeros = tf.zeros([5, 2]);
    await map.fit(zeros);
    expect(
      apply(map, [
        [1, 2],
        [0, 0],
      ]),
    ).toEqual([0, 0, 0, 0, 0, 0]);
    map.dispose();
    zeros.dispose();
  });
});

it('checkFeatures looks where the maps cannot', async () => {
  const map = identity({ name: 'same' });
  const [x, z] = [
    tf.tensor2d([
      [1, 2],
      [3, 4],
    ]),
    tf.tensor2d([
      [1, 2],
      [3, Number.NaN],
    ]),
  ];
  await checkFeatures(map, x, x);
  await expect(checkFeatures(map, x, z)).rejects.toThrow(
    "Features of the layer 'same' (IdentityFeatures) must be finite. Received: NaN as feature 1 of row 1, whose largest number is 4, in column 1.",
  );
  tf.dispose([x, z]);
});
