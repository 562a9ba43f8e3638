import { getSimd } from '@kernel-methods/simd';
import { expectNoLeak, maxAbsDifference, maxRelativeDifference } from '@kernel-methods/test-utils';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { randomFourierFeatures } from '@kernel-methods/features';
import { beforeAll, describe, expect, it } from 'vitest';
import { rings } from '../fixtures/rings.ts';
import { savedBy } from '../fixtures/saved-by.ts';
import { KernelLogisticRegression, KernelModel, KernelRidge, KernelSVM } from '../index.ts';

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend('cpu');
});

const { x, labels } = rings(60, 5);
const map = { outputDim: 24, scale: 0.7 };
const rowsOf = (...classes: number[]) =>
  labels.flatMap((label, i) => (classes.includes(label) ? [i] : []));
const pick = (rows: number[]) =>
  [rows.map((i) => x[i]), rows.map((i) => labels[i])] as [number[][], number[]];
/** Scores of all rows with a column a class, ascending. */
async function columns(model: KernelModel): Promise<number[]> {
  const { data, shape } = await model.decisionFunction(x);
  const classes = model.classes as number[];
  const order = [...classes].sort((a, b) => a - b).map((label) => classes.indexOf(label));
  const width = shape[1] ?? 1;
  if (width === 1) return Array.from(data);
  return x.flatMap((_, row) => order.map((c) => data[row * width + c]));
}

describe('partialFit with direct', () => {
  const create = () => new KernelModel({ ...map, loss: 'meanSquaredError', l2: 1e-3 });

  it.each([
    ['of the same classes', [0, 1, 2], [0, 1, 2]],
    ['from 2 to 3', [0, 1], [0, 1, 2]],
    ['from 2 to 3, the new one first', [1, 2], [0]],
    ['from 3 to 5', [0, 2, 4], [1, 3]],
    ['from 2 to 5', [1, 3], [0, 2, 4]],
  ])('gives what one fit on all rows does: %s', async (_, first, second) => {
    const [a, b] = [rowsOf(...first).slice(0, 30), rowsOf(...second)].map((rows) => rows);
    const fresh = b.filter((row) => !a.includes(row));
    const parts = create();
    const whole = create();
    // tfjs counts one tensor less or more by what it keeps of a graph: blocks of simd do not lie.
    await parts.partialFit(...pick(a));
    await parts.partialFit(...pick(fresh));
    await whole.fit(...pick([...a, ...fresh]));
    expect([...(parts.classes as number[])].sort()).toEqual(whole.classes);
    expect(maxRelativeDifference(await columns(parts), await columns(whole))).toBeLessThan(1e-4);
    // As exact for a model that fit made.
    const gone = create();
    await gone.fit(...pick(a));
    await gone.partialFit(...pick(fresh));
    expect(await columns(gone)).toEqual(await columns(parts));
    for (const model of [parts, whole, gone]) model.dispose();
  });

  it('gives the same for numbers, with weights, in three parts', async () => {
    const y = x.map(([a, b]) => [Math.sin(a), 3 + b]);
    const sampleWeight = x.map((_, i) => i % 3);
    const ridge = () => new KernelRidge<number[]>({ ...map, l2: 1e-2 });
    const [parts, whole] = [ridge(), ridge()];
    for (const [from, to] of [
      [0, 10],
      [10, 41],
      [41, 60],
    ]) {
      const weights = sampleWeight.slice(from, to);
      await parts.partialFit(x.slice(from, to), y.slice(from, to), { sampleWeight: weights });
    }
    await whole.fit(x, y, { sampleWeight });
    const [a, b] = [await parts.decisionFunction(x), await whole.decisionFunction(x)];
    expect(maxAbsDifference(a.data, b.data)).toBeLessThan(1e-4);
    for (const model of [parts, whole]) model.dispose();
  });

  it('knows classes that are named ahead', async () => {
    const model = create();
    await model.partialFit(...pick(rowsOf(0, 1)), { classes: [0, 1, 2] });
    expect(model.classes).toEqual([0, 1, 2]);
    await model.partialFit(...pick(rowsOf(2)));
    const whole = create();
    await whole.fit(...pick(rowsOf(0, 1, 2)));
    expect(maxRelativeDifference(await columns(model), await columns(whole))).toBeLessThan(1e-4);
    for (const one of [model, whole]) one.dispose();
  });

  it('leaves nothing behind, whether it ends well or not, and the model as it was', async () => {
    const model = create();
    await model.partialFit(...pick(rowsOf(0, 1)));
    const before = await columns(model);
    const [tensors, blocks] = [tf.memory().numTensors, getSimd().memory().blocks];
    const bad: [number[][], unknown[], object?][] = [
      [[[1, Number.NaN]], [0]],
      [[[1]], [0]],
      [[[1, 1]], ['a']],
      [[[1, 1]], [0], { signal: AbortSignal.abort() }],
      [[[1, 1]], [0, 1]],
      [[[1, 1]], [0], { sampleWeight: [-1] }],
      [
        [[1, 1]],
        [0],
        {
          onEpochEnd: () => {
            throw new Error('mine');
          },
        },
      ],
    ];
    for (const [rows, y, options] of bad) {
      await expect(model.partialFit(rows, y as number[], options)).rejects.toThrow();
      expect(tf.memory().numTensors).toBe(tensors);
      expect(getSimd().memory().blocks).toBe(blocks);
      expect(await columns(model)).toEqual(before);
    }
    await model.partialFit(...pick(rowsOf(3)));
    model.dispose();
    expect(getSimd().memory().blocks).toBeLessThanOrEqual(blocks);
  });

  it('is refused after load, and with other losses than before', async () => {
    const model = create();
    await model.fit(...pick(rowsOf(0, 1)));
    const loaded = await KernelModel.load(await savedBy(model));
    await expect(loaded.partialFit(...pick(rowsOf(0)))).rejects.toThrow(
      'needs the sums over earlier rows',
    );
    model.setParams({ loss: 'hinge', solver: 'adam' });
    await expect(model.partialFit(...pick(rowsOf(0)))).rejects.toThrow(
      "`loss` must be 'meanSquaredError', as in `fit`. Received: hinge.",
    );
    const newton = new KernelModel({ ...map, loss: 'squaredHinge', solver: 'newton' });
    await expect(newton.partialFit(...pick(rowsOf(0, 1)))).rejects.toThrow('Received: newton.');
    for (const one of [model, loaded]) one.dispose();
  });
});

describe.each(['adam', 'sgd'] as const)('partialFit with %s', (solver) => {
  const create = () => new KernelSVM({ ...map, solver, learningRate: 0.02, batchSize: 8 });

  it('goes on from the weights, one pass a call', async () => {
    const svm = create();
    const [rows, y] = pick(rowsOf(0, 1, 2));
    const losses: number[] = [];
    for (let call = 0; call < 12; call++) {
      const { history } = await svm.partialFit(rows, y);
      expect(history).toHaveLength(1);
      losses.push(history[0].loss);
    }
    expect(losses[11]).toBeLessThan(0.8 * losses[0]);
    const { history } = await svm.partialFit(rows, y, { epochs: 3 });
    expect(history).toHaveLength(3);
    svm.dispose();
  });

  it('keeps what it knows when a class comes, also after load', async () => {
    const svm = create();
    await svm.fit(...pick(rowsOf(0, 1)), { epochs: 40 });
    const loaded = await KernelSVM.load(await savedBy(svm));
    const before = Array.from((await svm.decisionFunction(x)).data);
    for (const model of [svm, loaded]) {
      // The row weighs nothing, so that nothing is learned but that there is a third class.
      await model.partialFit([x[0], x[1]], [0, 2], { sampleWeight: [1e-30, 1e-30], epochs: 1 });
      expect(model.classes).toEqual([0, 1, 2]);
      const { data, shape } = await model.decisionFunction(x);
      expect(shape).toEqual([60, 3]);
      const second = Array.from({ length: 60 }, (_, row) => data[3 * row + 1]);
      expect(maxAbsDifference(second, before)).toBeLessThan(0.5);
      model.dispose();
    }
  });
});

it('partialFit trains all of a network that is trainable, with new classes on top', async () => {
  const features = randomFourierFeatures({ ...map, trainable: true, seed: 1 });
  await expectNoLeak(async () => {
    const model = new KernelLogisticRegression({ features, learningRate: 0.05, batchSize: 8 });
    await model.fit(...pick(rowsOf(0, 2)), { epochs: 20 });
    const before = await model.predict(x);
    const { history } = await model.partialFit(...pick(rowsOf(0, 2)), { epochs: 1 });
    // A head that began again would have lost all.
    expect(history[0].loss).toBeLessThan(0.3);
    await model.partialFit(...pick(rowsOf(0, 1, 2)), { epochs: 1 });
    expect(model.classes).toEqual([0, 2, 1]);
    const after = await model.predict(x);
    const kept = rowsOf(0, 2).filter((row) => before[row] === after[row]).length;
    expect(kept).toBeGreaterThan(0.6 * rowsOf(0, 2).length);
    model.dispose();
  });
});

it.each([
  [Number.NaN, '`y` must hold finite labels only. Received: NaN.'],
  [Number.POSITIVE_INFINITY, '`y` must hold finite labels only. Received: Infinity.'],
  [undefined, '`y` must hold labels of the kind seen so far, number. Received: undefined.'],
])('takes %o for no new class', async (label, message) => {
  const model = new KernelModel({ loss: 'hinge', outputDim: 8, scale: 1, epochs: 1 });
  await model.partialFit([[0], [1]], [0, 1]);
  await expect(model.partialFit([[2], [1]], [label as number, 1])).rejects.toThrow(message);
  expect(model.classes).toEqual([0, 1]);
  model.dispose();
});
