import { identity } from '@kernel-methods/features';
import { createRandom } from '@kernel-methods/random';
import { atOnce } from '@kernel-methods/simd';
import { expectNoLeak } from '@kernel-methods/test-utils';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import '@kernel-methods/backend-simd';
import { savedBy } from '../../fixtures/saved-by.ts';
import {
  crossValidate,
  KernelLogisticRegression,
  KernelModel,
  newton,
  pairwise,
} from '../../index.ts';
import { disposeLayers } from '../../network/network.ts';
import { numericsFor } from '../../numerics/numerics-for.ts';
import type { Solver } from '../solver.ts';
import { ClassProducts } from './class-products.ts';
import { slopeSteps } from './correction.ts';
import { largestPlaces } from './largest-places.ts';
import { pairMachine } from './pair-machine.ts';
import { PairwiseHead } from './pairwise-head.ts';

const random = createRandom(5);
const normal = () => {
  const [u, v] = [random.uniform(), random.uniform()];
  return Math.sqrt(-2 * Math.log(1 - u)) * Math.cos(2 * Math.PI * v);
};
const normals = (count: number) => Float32Array.from({ length: count }, normal);

it('the largest numbers are found in their order, of equal ones the first', () => {
  for (let trial = 0; trial < 50; trial++) {
    const values = Array.from({ length: 9 }, () => Math.floor(5 * random.uniform()));
    const sorted = values.map((_, i) => i).slice(2);
    sorted.sort((a, b) => values[b] - values[a] || a - b);
    expect(largestPlaces(values, 2, 7, 3).map((i) => i + 2)).toEqual(sorted.slice(0, 3));
  }
});

describe('the machine of a pair', () => {
  it('solves the normal equations, with a bias without penalty and with weights', async () => {
    await tf.setBackend('simd');
    const [rows, width] = [14, 4];
    const raw = normals(rows * width).map((value) => value + 3);
    const origin = new Float32Array(width).fill(3);
    const values = raw.map((value, i) => value - origin[i % width]);
    const weights = Float32Array.from({ length: rows }, (_, i) => 0.5 + (i % 3));
    const numerics = numericsFor();
    // Three classes; the pair is the first and the last.
    const starts = Int32Array.from([0, 5, 9, rows]);
    const signal = new AbortController().signal;
    const context = { numerics, signal };
    const products = new ClassProducts({ values, origin, weights, starts }, context);
    const found = await pairMachine(products, [0, 2], 0.2, context);
    products.dispose();
    const picked = [0, 1, 2, 3, 4, 9, 10, 11, 12, 13];
    const own = picked.map((row) => Array.from(raw.subarray(row * width, (row + 1) * width)));
    const y = picked.map((row) => (row < 5 ? 1 : -1));
    const s = picked.map((row) => weights[row]);
    const total = s.reduce((a, b) => a + b);
    const means = own[0].map((_, j) => own.reduce((sum, r, i) => sum + s[i] * r[j], 0) / total);
    const spread =
      own.reduce(
        (sum, r, i) => sum + s[i] * r.reduce((part, x, j) => part + (x - means[j]) ** 2, 0),
        0,
      ) / own.length;
    // The gradient of Σ s·(y − w·z − b)² + alpha·‖w‖² is 0.
    const residuals = own.map(
      (r, i) => y[i] - found.bias - r.reduce((sum, x, j) => sum + x * found.weights[j], 0),
    );
    expect(residuals.reduce((sum, e, i) => sum + s[i] * e, 0)).toBeCloseTo(0, 4);
    for (let j = 0; j < width; j++) {
      const slope = own.reduce((sum, r, i) => sum + s[i] * residuals[i] * r[j], 0);
      expect(slope).toBeCloseTo(0.2 * spread * found.weights[j], 4);
    }
  });
});

it('the slope is that of the least logistic loss', () => {
  const count = 60;
  const part = {
    linear: Float64Array.from(normals(count)),
    corrections: Float64Array.from(normals(count), (f) => f + 0.4),
    weights: Float64Array.from({ length: count }, (_, i) => 1 + (i % 2)),
  };
  const lossOf = (slope: number) =>
    part.weights.reduce(
      (sum, s, i) =>
        sum + s * Math.log(1 + Math.exp(-part.linear[i] - slope * part.corrections[i])),
      0,
    );
  const { slope, loss } = atOnce(slopeSteps([part]));
  expect(slope).toBeGreaterThan(0.05);
  expect(loss).toBeCloseTo(lossOf(slope), 8);
  for (let other = 0; other < 16; other += 0.05) expect(lossOf(other)).toBeGreaterThan(loss - 1e-4);
  const harmful = { ...part, corrections: part.corrections.map((f) => -f) };
  expect(atOnce(slopeSteps([harmful])).slope).toBeLessThan(1e-3);
});

describe('the head', () => {
  /** As on a backend whose numbers cannot be read at once. */
  class ByOperations extends PairwiseHead {
    protected override valuesOf(): undefined {
      return undefined;
    }
  }

  it.each(
    [2, 3, 5].flatMap((units) =>
      [PairwiseHead, ByOperations].map((Head) => [units, Head] as const),
    ),
  )('corrects the largest scores of %d classes as loops do: %o', async (units, Head) => {
    await tf.setBackend('simd');
    const [rows, width] = [20, 3];
    const pairs = Array.from({ length: units }, (_, b) =>
      Array.from({ length: b }, (_, a) => [a, b]),
    ).flat();
    // The first pair has no machine where there are others.
    const own = pairs.length > 1 ? pairs.slice(1) : pairs;
    const kernel = normals(width * units);
    const bias = normals(units);
    const pairKernel = normals(own.length * width);
    const pairBias = normals(own.length);
    const places = new Float32Array(units * units);
    own.forEach(([a, b], i) => {
      places[a * units + b] = i + 1;
      places[b * units + a] = -(i + 1);
    });
    const x = normals(rows * width);
    const layer = new Head({ units, pairs: own.length });
    layer.build([null, width]);
    const scores = tf.tidy(() => {
      layer.setWeights([
        tf.tensor2d(kernel, [width, units]),
        tf.tensor1d(bias),
        tf.tensor2d(pairKernel, [own.length, width]),
        tf.tensor1d(pairBias),
        tf.tensor2d(places, [units, units]),
      ]);
      return layer.apply(tf.tensor2d(x, [rows, width])) as tf.Tensor2D;
    });
    const found = await scores.array();
    scores.dispose();
    disposeLayers([layer]);
    for (let row = 0; row < rows; row++) {
      const z = x.subarray(row * width, (row + 1) * width);
      const linear = Array.from({ length: units }, (_, k) =>
        z.reduce((sum, value, j) => sum + value * kernel[j * units + k], bias[k]),
      );
      const first = linear.map((_, k) => k).sort((a, b) => linear[b] - linear[a]);
      const expected = [...linear];
      for (const a of first.slice(0, 3)) {
        for (const b of first.slice(0, 3)) {
          const i = own.findIndex(([p, q]) => (p === a && q === b) || (p === b && q === a));
          if (a === b || i < 0) continue;
          const f = z.reduce((sum, v, j) => sum + v * pairKernel[i * width + j], pairBias[i]);
          expected[a] += own[i][0] === a ? f : -f;
        }
      }
      expected.forEach((value, k) => void expect(found[row][k]).toBeCloseTo(value, 4));
    }
  });
});

describe('pairwise', () => {
  // Classes whose features spread differently: no linear scores fit all pairs at once.
  const [classes, width, each] = [12, 24, 60];
  const centres = Array.from({ length: classes }, () => normals(width));
  const spreads = centres.map(() => normals(width).map((value) => Math.exp(0.8 * value)));
  const rowsOf = (count: number) => {
    const labels = Array.from({ length: count * classes }, (_, i) => `class ${i % classes}`);
    const x = labels.map((_, i) =>
      Array.from(centres[i % classes], (c, j) => c + spreads[i % classes][j] * normal()),
    );
    return { x, labels };
  };
  const train = rowsOf(each);
  const test = rowsOf(100);
  const model = (solver = pairwise()) =>
    new KernelLogisticRegression({ features: identity(), l2: 1e-5, solver });
  const fitted = async (solver?: Solver) => {
    const own = model(solver);
    await own.fit(train.x, train.labels);
    return own;
  };
  const crossEntropy = async (one: KernelLogisticRegression) => {
    const { data: probabilities } = await one.predictProba(test.x);
    const at = one.classes as string[];
    return (
      test.labels.reduce(
        (sum, label, i) => sum - Math.log(probabilities[i * classes + at.indexOf(label)] + 1e-12),
        0,
      ) / test.labels.length
    );
  };

  it('is nearer to the truth than softmax alone, and is the same after saving', async () => {
    await tf.setBackend('simd');
    const linear = await fitted(newton());
    const both = await fitted();
    const [before, after] = [await crossEntropy(linear), await crossEntropy(both)];
    expect(after).toBeLessThan(0.97 * before);
    const [least, score] = [
      await linear.score(test.x, test.labels),
      await both.score(test.x, test.labels),
    ];
    expect(score).toBeGreaterThan(least + 0.005);
    const loaded = await KernelModel.load(await savedBy(both));
    expect(await loaded.decisionFunction(test.x)).toEqual(await both.decisionFunction(test.x));
    for (const one of [linear, both, loaded]) one.dispose();
  }, 60_000);

  it('scores folds by its own head, and leaves no tensor behind', async () => {
    await tf.setBackend('simd');
    await expectNoLeak(async () => {
      (await fitted()).dispose();
      const options = { folds: 3, seed: 1 };
      const linear = await crossValidate(model(newton()), train.x, train.labels, options);
      const both = await crossValidate(model(), train.x, train.labels, options);
      expect(both.mean).toBeGreaterThan(linear.mean + 0.01);
    });
  }, 60_000);

  it('stops early with the machines around the head of the best epoch', async () => {
    await tf.setBackend('simd');
    const own = model(pairwise(newton({ tolerance: 1e-9 })));
    const heads: number[] = [];
    const result = await own.fit(train.x, train.labels, {
      validationData: [test.x, test.labels],
      earlyStopping: { monitor: 'valLoss', patience: 1 },
      onEpochEnd: ({ valLoss }) => void heads.push(valLoss as number),
    });
    expect(result.stopped).toBe('early stopping');
    const best = 1 + heads.indexOf(Math.min(...heads));
    expect(best).toBeLessThan(heads.length);
    const short = model(pairwise(newton({ tolerance: 1e-9, maxIterations: best })));
    await short.fit(train.x, train.labels);
    const linearHead = async (one: KernelLogisticRegression) => {
      const network = await one.toLayersModel();
      const head = network.layers.find((layer) => layer instanceof PairwiseHead)!;
      const weights = head.getWeights().slice(0, 2);
      return Promise.all(weights.map((tensor) => tensor.data()));
    };
    expect(await linearHead(own)).toEqual(await linearHead(short));
    for (const one of [own, short]) one.dispose();
  }, 60_000);

  it('does not see rows of weight 0, and sees a class that weighs more', async () => {
    await tf.setBackend('simd');
    const half = train.x.length / 2;
    const few = model();
    await few.fit(train.x.slice(0, half), train.labels.slice(0, half));
    const weighted = model();
    const sampleWeight = train.x.map((_, i) => (i < half ? 1 : 0));
    await weighted.fit(train.x, train.labels, { sampleWeight });
    const [a, b] = [await few.decisionFunction(test.x), await weighted.decisionFunction(test.x)];
    const size = a.data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    a.data.forEach(
      (value, i) => void expect(Math.abs(b.data[i] - value) / size).toBeLessThan(1e-3),
    );
    const heavy = model();
    await heavy.fit(train.x, train.labels, { classWeight: { 'class 3': 50 } });
    const share = async (one: KernelLogisticRegression) =>
      ((await one.predict(test.x)) as string[]).filter((label) => label === 'class 3').length;
    expect(await share(heavy)).toBeGreaterThan(await share(few));
    for (const one of [few, weighted, heavy]) one.dispose();
  }, 60_000);

  it('refuses what it cannot do before any work', () => {
    expect(() => pairwise(newton(), { pairs: 0 })).toThrow('`pairs` must be');
    expect(() => pairwise(newton(), { pair: 3 } as never)).toThrow('pair');
    expect(() => new KernelModel({ loss: 'hinge', solver: pairwise() })).toThrow(
      'must have probabilities by softmax for pairwise',
    );
  });

  it('is stopped by its signal', async () => {
    await tf.setBackend('simd');
    const controller = new AbortController();
    const steps: number[] = [];
    const fitting = model().fit(train.x, train.labels, {
      signal: controller.signal,
      onProgress: ({ phase, step }) => {
        if (phase === 'solve' && step !== undefined) steps.push(step);
        if (steps.length === 3) controller.abort(new Error('enough'));
      },
    });
    await expect(fitting).rejects.toThrow('enough');
  });
});
