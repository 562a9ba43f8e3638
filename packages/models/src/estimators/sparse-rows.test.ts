import { identity, randomFourierFeatures, tensorSketch } from '@kernel-methods/features';
import { createRandom } from '@kernel-methods/random';
import { getSimd } from '@kernel-methods/simd';
import { type SparseRows, toDense } from '@kernel-methods/tables';
import { expectNoLeak } from '@kernel-methods/test-utils';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { KernelModel, type KernelModelOptions } from '../index.ts';

/** Rows with few numbers, of three classes that differ in where these lie. */
function sparseRows(rows: number, columns: number, perRow: number) {
  const random = createRandom(7);
  const labels = Array.from({ length: rows }, (_, row) => ['a', 'b', 'c'][row % 3]);
  const indptr = new Uint32Array(rows + 1);
  const indices: number[] = [];
  const values: number[] = [];
  for (let row = 0; row < rows; row++) {
    const places = new Set<number>();
    while (places.size < perRow) {
      const isOwn = random.uniform() < 0.4;
      const third = Math.floor(columns / 3);
      places.add(isOwn ? (row % 3) * third + random.integer(third) : random.integer(columns));
    }
    for (const place of [...places].sort((a, b) => a - b)) {
      indices.push(place);
      values.push(0.2 + random.uniform());
    }
    indptr[row + 1] = indices.length;
  }
  const x: SparseRows = {
    indptr,
    indices: Uint32Array.from(indices),
    values: Float32Array.from(values),
    shape: [rows, columns],
  };
  return { x, labels };
}

const linear = identity();

const ways: [string, KernelModelOptions][] = [
  ['direct, more features than rows', { features: linear, solver: 'direct', l2: 1e-2 }],
  ['direct, a penalty of its own', { features: linear, solver: 'direct' }],
  ['newton', { features: linear, loss: 'squaredHinge', solver: 'newton', l2: 1e-2 }],
  [
    'newton, coupled',
    { features: linear, loss: 'softmaxCrossEntropy', solver: 'newton', l2: 1e-2 },
  ],
  ['dual', { features: linear, loss: 'squaredHinge', solver: 'dual', l2: 1e-2 }],
  ['smo', { features: linear, loss: 'hinge', solver: 'smo', l2: 1e-2 }],
  ['adam', { features: linear, loss: 'hinge', solver: 'adam', epochs: 3, batchSize: 8 }],
  ['sgd', { features: linear, loss: 'logistic', solver: 'sgd', epochs: 3, batchSize: 8 }],
  ['eigenpro', { features: linear, loss: 'logistic', solver: 'eigenpro', epochs: 3, l2: 1e-3 }],
  ['random Fourier features', { outputDim: 64, scale: 2, solver: 'direct', l2: 1e-3 }],
  [
    'pairs of these, standardized',
    {
      features: randomFourierFeatures({ outputDim: 64, scale: 9, projection: 'pair' }),
      ...{ solver: 'direct', l2: 1e-3 },
    },
  ],
  [
    'TensorSketch',
    { features: tensorSketch({ outputDim: 64, degree: 2 }), solver: 'direct', l2: 1e-3 },
  ],
];

describe('rows whose zeros are not kept', () => {
  const { x, labels } = sparseRows(90, 120, 6);
  const weights = labels.map((_, row) => (row % 5 === 0 ? 0 : 0.5 + (row % 3)));

  it.each(ways)('give the machine of the same rows with their zeros: %s', async (_, options) => {
    await expectNoLeak(async () => {
      const scores: number[][] = [];
      for (const rows of [x, toDense(x)]) {
        const model = new KernelModel({ ...options, seed: 3 });
        await model.fit(rows, labels, { sampleWeight: weights });
        const { data } = await model.decisionFunction(rows);
        scores.push(Array.from(data));
        // In other blocks, and with other rows.
        const some = await model.decisionFunction(toDense(x));
        some.data.forEach((value, i) => {
          expect(Math.abs(value - data[i])).toBeLessThan(1e-5);
        });
        model.dispose();
      }
      const size = scores[1].reduce((most, value) => Math.max(most, Math.abs(value)), 1);
      scores[0].forEach((value, i) => {
        expect(Math.abs(value - scores[1][i]) / size).toBeLessThan(1e-3);
      });
    });
  });

  it('are standardized without their mean', async () => {
    const options = { features: linear, standardize: true, solver: 'direct', l2: 1e-2 } as const;
    const model = new KernelModel(options);
    await model.fit(x, labels);
    expect(model.settings.standardize).toBe(true);
    const network = model.toLayersModel();
    const [, layer] = network.layers;
    expect(layer.getConfig()).toMatchObject({ center: false });
    network.dispose();
    expect(await model.score(x, labels)).toBeGreaterThan(0.9);
    model.dispose();
  });

  it('can be more, in the sums of ridge regression, and be added to later', async () => {
    const { x: many, labels: names } = sparseRows(240, 60, 6);
    const options = { features: linear, solver: 'direct', l2: 1e-2 } as const;
    const [whole, dense, parts] = [0, 1, 2].map(() => new KernelModel(options));
    await whole.fit(many, names);
    await dense.fit(toDense(many), names);
    const { data } = toDense(many);
    await parts.partialFit(
      { data: data.subarray(0, 60 * 100), shape: [100, 60] },
      names.slice(0, 100),
    );
    await parts.partialFit(later(many, 100), names.slice(100));
    const [a, b, c] = await Promise.all([whole, dense, parts].map((m) => m.decisionFunction(many)));
    a.data.forEach((value, i) => {
      expect(Math.abs(value - b.data[i])).toBeLessThan(1e-4);
      expect(Math.abs(value - c.data[i])).toBeLessThan(1e-4);
    });
    for (const model of [whole, dense, parts]) model.dispose();
  });
});

/** The rows from one on. */
function later({ indptr, indices, values, shape }: SparseRows, from: number): SparseRows {
  return {
    indptr: indptr.slice(from).map((at) => at - indptr[from]),
    indices: indices.slice(indptr[from]),
    values: values.slice(indptr[from]),
    shape: [shape[0] - from, shape[1]],
  };
}

it('never become dense as a whole: 20,000 × 50,000', async () => {
  const { x, labels } = sparseRows(20_000, 50_000, 20);
  const two = labels.map((label) => label === 'a');
  const options = { features: identity(), loss: 'squaredHinge', l2: 1e-5 } as const;
  const largest = watchTensors();
  const before = getSimd().memory().bytesInUse;
  const model = new KernelModel({ ...options, solver: 'dual' });
  await model.fit(x, two);
  expect(await model.score(x, two)).toBeGreaterThan(0.9);
  model.dispose();
  expect(largest()).toBeLessThan(2 ** 24);
  expect(getSimd().memory().peak - before).toBeLessThan(2 ** 30);
});

/** The numbers of the largest tensor that was made since. */
function watchTensors(): () => number {
  let largest = 0;
  const { makeTensor } = tf.engine();
  const engine = tf.engine() as { makeTensor: typeof makeTensor };
  engine.makeTensor = (values, shape, ...rest) => {
    largest = Math.max(
      largest,
      shape.reduce((size, length) => size * length, 1),
    );
    return makeTensor.call(engine, values, shape, ...rest);
  };
  return () => {
    engine.makeTensor = makeTensor;
    return largest;
  };
}
