import { createRandom } from '@kernel-methods/random';
import { describeFeatureMap, maxAbsDifference } from '@kernel-methods/test-utils';
import { initializers } from '@tensorflow/tfjs-layers';
import { describe, expect, it } from 'vitest';
import { halton } from './halton.ts';
import {
  cauchyKernel,
  type Draw,
  denseFrequencies,
  gaussian,
  laplacian,
  matern,
  orthogonalDraw,
  productKernel,
  quasiRandomDraw,
  type RandomFourierFeaturesConfig,
  randomFourierFeatures,
  rationalQuadratic,
  registerDraw,
  scaledKernel,
  sincKernel,
  structuredDraw,
  sumKernel,
} from './index.ts';

const [inputDim, outputDim] = [50, 60];

const matrices = new WeakMap<Float64Array[], (i: number, j: number) => number>();
const matrixOf = (weights: Float64Array[], count: number) => {
  const known = matrices.get(weights) ?? makeMatrix(weights, count);
  matrices.set(weights, known);
  return known;
};

/** W, one column a frequency, from a layer's weights: the matrix itself, or what the signs make. */
function makeMatrix(weights: Float64Array[], count: number): (i: number, j: number) => number {
  if (weights[1].length === inputDim * count) return (i, j) => weights[1][i * count + j];
  const [, signs, lengths] = weights;
  const length = 64;
  const parities = Array.from(
    { length },
    (_, bits) => bits.toString(2).replaceAll('0', '').length % 2,
  );
  const parity = (bits: number) => parities[bits];
  const column = Array.from({ length: count }, (_, j) => {
    const [block, blocks] = [Math.floor(j / length), signs.length / length / 3];
    // Row j of H·D₃·H·D₂·H·D₁, from the left.
    let row = Float64Array.from({ length }, (_, k) => (parity((j % length) & k) ? -1 : 1));
    for (const round of [2, 1, 0]) {
      row = row.map((v, k) => v * signs[(round * blocks + block) * length + k]);
      if (round === 0) break;
      row = row.map((_, k) => row.reduce((all, v, i) => all + (parity(i & k) ? -v : v), 0));
    }
    return row.map((v) => v * lengths[j]);
  });
  return (i, j) => column[j][i];
}

const cases: [string, Partial<RandomFourierFeaturesConfig>][] = [
  ['orthogonal draw, cosine', { draw: 'orthogonal', normalize: true }],
  ['quasi-random draw, pair', { draw: 'quasiRandom', projection: 'pair' }],
  ['structured draw, cosine', { draw: 'structured', normalize: true }],
  ['structured draw, pair', { draw: 'structured', projection: 'pair' }],
  [
    'pair, a scale per dimension, a sum of kernels',
    {
      projection: 'pair',
      normalize: true,
      kernelInitializer: sumKernel([gaussian(), scaledKernel(matern({ nu: 2, scale: 6 }), 2)]),
      scale: Array.from({ length: inputDim }, (_, i) => 1 + i / inputDim),
    },
  ],
];

for (const [name, config] of cases) {
  describeFeatureMap(`randomFourierFeatures, ${name}`, {
    create: (more) => randomFourierFeatures({ ...config, ...more, outputDim }),
    inputDim,
    outputDim,
    oracle(weights, row) {
      const pair = config.projection === 'pair';
      const count = pair ? outputDim / 2 : outputDim;
      const diagonal = Array.isArray(config.scale) ? 3 : 1;
      const factor = config.normalize ? Math.sqrt((2 * diagonal) / outputDim) : 1;
      const at = matrixOf(weights, count);
      const [sigma] = weights;
      const angle = (j: number) => {
        let sum = 0;
        for (let i = 0; i < inputDim; i++) sum += (row[i] * at(i, j)) / sigma[i % sigma.length];
        return sum;
      };
      const bias = weights.at(-1)!;
      return Float64Array.from({ length: outputDim }, (_, j) => {
        if (!pair) return factor * Math.cos(angle(j) + bias[j]);
        return factor * (j < count ? Math.cos(angle(j)) : Math.sin(angle(j - count)));
      });
    },
    rowTolerance: 2e-6,
    gradientTolerance: 1e-3,
  });
}

describe('orthogonal frequencies', () => {
  const [d, D] = [6, 20];
  const weights = orthogonalDraw.draw(gaussian(), createRandom(3), [d, D]).weights[0].values();
  const dot = (a: number, b: number) => {
    let sum = 0;
    for (let i = 0; i < d; i++) sum += weights[i * D + a] * weights[i * D + b];
    return sum;
  };

  it('are at right angles in blocks of the input dimension, and only there', () => {
    for (let a = 0; a < D; a++) {
      for (let b = 0; b < a; b++) {
        const cosine = Math.abs(dot(a, b)) / Math.sqrt(dot(a, a) * dot(b, b));
        if (Math.floor(a / d) === Math.floor(b / d)) expect(cosine).toBeLessThan(1e-6);
        else expect(cosine).toBeGreaterThan(1e-5);
      }
    }
  });

  it('have the lengths of independent ones', () => {
    const n = 4000;
    const values = orthogonalDraw.draw(gaussian(), createRandom(3), [d, n]).weights[0].values();
    const squares = Array.from({ length: n }, (_, j) =>
      Array.from({ length: d }, (_, i) => values[i * n + j] ** 2).reduce((a, b) => a + b),
    );
    const mean = squares.reduce((a, b) => a + b) / n;
    const variance = squares.reduce((all, s) => all + (s - mean) ** 2, 0) / (n - 1);
    // χ² of d: mean d, variance 2d, and the variance's own variance (8d² + 48d) / n.
    expect(Math.abs(mean - d)).toBeLessThan(4.5 * Math.sqrt((2 * d) / n));
    expect(Math.abs(variance - 2 * d)).toBeLessThan(4.5 * Math.sqrt((8 * d * d + 48 * d) / n));
  });
});

describe('the Halton sequence', () => {
  it('has every coordinate spread evenly: one point in each cell of its base', () => {
    const points = halton(createRandom(1), 5, 210);
    [2, 3, 5, 7, 11].forEach((base, dimension) => {
      const own = points.subarray(dimension * 210, (dimension + 1) * 210);
      for (let cells = base; cells <= 210; cells *= base) {
        const whole = 210 - (210 % cells);
        const counts = new Float64Array(cells);
        for (const u of own.subarray(0, whole)) counts[Math.floor(u * cells)]++;
        expect(counts.every((count) => count === whole / cells)).toBe(true);
      }
    });
  });

  it('repeats from its seed, differs for another, and stays inside', () => {
    const [a, b, c] = [1, 1, 2].map((seed) => halton(createRandom(seed), 784, 30));
    expect(maxAbsDifference(a, b)).toBe(0);
    expect(maxAbsDifference(a, c)).toBeGreaterThan(0.5);
    expect(a.every((u) => u > 0 && u < 1)).toBe(true);
  });
});

describe('a draw', () => {
  const make = (config: object) => () => randomFourierFeatures({ outputDim: 4, ...config });
  const alongAxes =
    /^`draw` must suit the kernel: the frequencies of the kernel '.*' are drawn along/;

  it.each([
    [laplacian(), 'orthogonal', alongAxes],
    [sincKernel(), 'structured', alongAxes],
    [cauchyKernel(), 'fastfood', alongAxes],
    [
      sumKernel([gaussian({ scale: [1, 2] })]),
      'fastfood',
      /has parts with one scale per dimension/,
    ],
    [productKernel([gaussian(), laplacian()]), 'orthogonal', alongAxes],
    [
      sumKernel([gaussian({ scale: [1, 2] })]),
      'structured',
      /has parts with one scale per dimension/,
    ],
    [{ ...gaussian(), spectrum: undefined }, 'quasiRandom', /does not say its `spectrum`/],
    [{ ...gaussian(), spectrum: undefined }, 'orthogonal', /does not say its `spectrum`/],
    [
      initializers.randomNormal({}),
      'orthogonal',
      /an initializer does not say how its numbers are distributed/,
    ],
  ])('is refused where it makes no sense, with the reason: %o, %s', (kernel, draw, message) => {
    expect(make({ kernelInitializer: kernel, draw })).toThrow(message);
  });

  it('suits what has no directions', () => {
    const mixed = sumKernel(
      [productKernel([gaussian(), matern({ nu: 0.5 })]), rationalQuadratic()],
      [1, 3],
    );
    for (const draw of ['orthogonal', 'quasiRandom', 'structured', 'fastfood']) {
      expect(make({ kernelInitializer: mixed, draw })().getConfig().draw).toBe(draw);
    }
    expect(make({ kernelInitializer: laplacian(), draw: quasiRandomDraw })().getConfig().draw).toBe(
      'quasiRandom',
    );
  });

  it('may be of your own', () => {
    const ones: Draw = {
      name: 'ones',
      refusal: () => undefined,
      draw: (_, __, shape) =>
        denseFrequencies(shape, () => new Float32Array(shape[0] * shape[1]).fill(1)),
    };
    const layer = make({ draw: ones })();
    expect(() => make({ draw: 'ones' })()).toThrow("`draw` must be one of 'independent'");
    registerDraw(ones);
    expect(make({ draw: layer.getConfig().draw })().getConfig()).toMatchObject({ draw: 'ones' });
    expect(() => registerDraw({ ...structuredDraw })).toThrow(
      '`draw` must have a camelCase name that no other draw has',
    );
    expect(() => registerDraw({ ...ones, name: 'my_draw' })).toThrow("Received: 'my_draw'.");
  });

  it.each([
    [{ draw: 'sobol' }, /^`draw` must be one of 'independent', .*Received: 'sobol'\.$/],
    [{ projection: 'sine' }, "`projection` must be 'cosine' or 'pair'. Received: 'sine'."],
    [
      { outputDim: 5, projection: 'pair' },
      "`outputDim` must be even where `projection` is 'pair'. Received: 5.",
    ],
  ])('or its projection is refused: %o', (config, message) => {
    expect(make(config)).toThrow(message);
  });
});
