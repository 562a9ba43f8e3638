import '@tensorflow/tfjs-backend-cpu';
import {
  additiveChi2Features,
  identity,
  intersectionFeatures,
  skewedChi2Features,
} from '@kernel-methods/features';
import { expectNoLeak } from '@kernel-methods/test-utils';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { crossValidate, gridSearch, KernelRidge, KernelSVM, type RowsLike } from '../index.ts';

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend('cpu');
});

const x = [[0], [1], [2], [3], [10], [11], [12], [13]];
const y = ['a', 'a', 'a', 'a', 'b', 'b', 'b', 'b'];
const quick = { outputDim: 8, scale: 3 };

it('probabilities between two heaps of rows are neither 0 nor 1', async () => {
  const ridge = new KernelRidge<string>({ task: 'classification' });
  await ridge.fit(x, y);
  const { data } = await ridge.predictProba([[6.4], [6.6]]);
  for (const p of data) {
    expect(p).toBeGreaterThan(0.05);
    expect(p).toBeLessThan(0.95);
  }
  const predicted = await ridge.predict([[6.4], [6.6]]);
  expect(predicted).toEqual([0, 1].map((row) => (data[2 * row] > data[2 * row + 1] ? 'a' : 'b')));
  ridge.dispose();
});

it('labels that were not seen in training count as wrong, and are told of', async () => {
  const svm = new KernelRidge<string>({ task: 'classification', features: identity(), l2: 1e-3 });
  await svm.fit(x, y);
  const { accuracy, unseen, loss } = await svm.evaluate([[0], [13], [5]], ['a', 'b', 'c']);
  expect(accuracy).toBeCloseTo(2 / 3, 12);
  expect(unseen).toEqual({ labels: ['c'], rows: 1 });
  expect(Number.isFinite(loss)).toBe(true);
  expect(await svm.score([[0], [5]], ['a', 'c'])).toBe(0.5);
  expect(await svm.predict([])).toEqual([]);
  svm.dispose();
});

it('balanced class weights count sample weights: as if the rows were repeated', async () => {
  const weights = [0, 1, 2, 3, 4, 5, 6, 7];
  const rows = weights.flatMap((count, i) => Array.from({ length: count }, () => i));
  const options = { task: 'classification', features: identity(), l2: 1e-2 } as const;
  const [weighted, repeated] = [new KernelRidge<string>(options), new KernelRidge<string>(options)];
  const uneven = ['a', 'b', 'a', 'a', 'b', 'a', 'b', 'b'];
  await weighted.fit(x, uneven, { sampleWeight: weights, classWeight: 'balanced' });
  await repeated.fit(
    rows.map((i) => x[i]),
    rows.map((i) => uneven[i]),
    { classWeight: 'balanced' },
  );
  const [a, b] = [await weighted.decisionFunction(x), await repeated.decisionFunction(x)];
  a.data.forEach((value, i) => {
    expect(value).toBeCloseTo(b.data[i], 4);
  });
  for (const model of [weighted, repeated]) model.dispose();
});

it('folds may be plain arrays', async () => {
  const ridge = new KernelRidge<string>({ task: 'classification', features: identity(), l2: 1e-3 });
  const folds = [
    { train: [0, 1, 4, 5], test: [2, 3, 6, 7] },
    { train: [2, 3, 6, 7], test: [0, 1, 4, 5] },
  ];
  expect((await crossValidate(ridge, x, y, { folds })).mean).toBe(1);
  await expect(
    crossValidate(ridge, x, y, { folds: [{ train: [0, 4.5], test: [1] }] }),
  ).rejects.toThrow('Received: 4.5 in `train` of fold 0.');
});

it('of no rows nothing is predicted, of the shape that some would have', async () => {
  const [svm, ridge] = [new KernelSVM(quick), new KernelRidge(quick)];
  await svm.fit(x, [...'aaabbbcc']);
  await ridge.fit(x, x.flat());
  const none: RowsLike[] = [[], { data: [], shape: [0, 1] }, tf.zeros([0, 1])];
  for (const rows of none) {
    expect(await svm.predict(rows)).toEqual([]);
    expect(await svm.predictProba(rows)).toEqual({ data: new Float32Array(), shape: [0, 3] });
    expect(await svm.decisionFunction(rows)).toEqual({ data: new Float32Array(), shape: [0, 3] });
    expect(await ridge.predict(rows, { returnStd: true })).toEqual({ mean: [], std: [] });
  }
  tf.dispose(none as tf.Tensor[]);
  for (const model of [svm, ridge]) model.dispose();
  await expect(svm.predict([])).rejects.toThrow('not fitted yet');
});

describe('rows that are typed arrays', () => {
  // An iterator is what a copy into a plain array would use.
  const poisoned = <T extends object>(row: T): T =>
    Object.defineProperty(row, Symbol.iterator, {
      value() {
        throw new Error('copied number by number');
      },
    });
  const wide = x.map(([value]) => [value, value / 3]);
  const rows = wide.map((row) => poisoned(Float32Array.from(row)));

  it('are taken wherever rows are, and give what plain ones give', async () => {
    const all = async (given: RowsLike & readonly unknown[]) => {
      const svm = new KernelSVM({ ...quick, solver: 'adam' });
      const half = given.slice(0, 4).concat(given.slice(6)) as unknown as RowsLike;
      const labels = [...'aaaabb'];
      await svm.fit(half, labels, { validationData: [given, y] });
      await svm.partialFit(given, y);
      async function* batches() {
        yield { x: given, y };
        yield { x: half, y: labels };
      }
      const streamed = new KernelRidge<string>({ ...quick, task: 'classification', l2: 1e-3 });
      await streamed.fit(batches(), { classes: ['a', 'b'] });
      const { best, candidates } = await gridSearch(streamed, { l2: [1e-3, 1] }, given, y, {
        folds: 2,
      });
      const found = [
        await svm.predict(given),
        (await svm.predictProba(given)).data,
        (await svm.decisionFunction(given)).data,
        await svm.score(given, y),
        (await svm.evaluate(given, y)).loss,
        (await streamed.decisionFunction(given)).data,
        (await crossValidate(svm, given, y, { folds: 2 })).scores,
        candidates.map(({ scores }) => scores),
      ];
      for (const model of [svm, streamed, best]) model.dispose();
      return found;
    };
    const expected = await all(wide.map((row) => row.map(Math.fround)));
    expect(await all(rows)).toEqual(expected);
    expect(await all(wide.map((row) => Float64Array.from(row)))).toEqual(expected);
  });

  it('are checked as plain ones are', async () => {
    const svm = new KernelSVM(quick);
    const bad = (row: ArrayLike<number>) =>
      svm.fit([Float32Array.of(1, 2), row] as never, ['a', 'b']);
    await expect(bad(Float32Array.of(1, Number.NaN))).rejects.toThrow('NaN in row 1, column 1.');
    await expect(bad(Float64Array.of(1e39, 1))).rejects.toThrow('finite as float32');
    await expect(bad(Float32Array.of(1))).rejects.toThrow('rows of one width, 2 as the first');
    await expect(bad(new BigInt64Array(2) as never)).rejects.toThrow('Received: bigint in row 1');
    await expect(bad(null as never)).rejects.toThrow('Received: null in row 1.');
    await expect(bad(new DataView(new ArrayBuffer(8)) as never)).rejects.toThrow('DataView in row');
  });

  it('are targets too, one-hot or of several outputs', async () => {
    const ridge = new KernelRidge<number[]>({ ...quick, l2: 1e-6 });
    await ridge.fit(wide, rows);
    expect((await ridge.predict(wide))[0]).toHaveLength(2);
    const svm = new KernelSVM(quick);
    await svm.fit(
      wide,
      y.map((label) => Uint8Array.of(+(label === 'a'), +(label === 'b'))),
    );
    expect(svm.classes).toEqual([0, 1]);
    for (const model of [ridge, svm]) model.dispose();
  });
});

it.each([
  ['additiveChi2Features', () => additiveChi2Features(), 'numbers 0 or above'],
  ['intersectionFeatures', () => intersectionFeatures(), 'numbers 0 or above'],
  [
    'skewedChi2Features',
    () => skewedChi2Features({ outputDim: 8, skew: 0.5 }),
    'numbers above -0.5',
  ],
])('a number that %s is not defined for is named, in fit and in predict', async (_, map, rule) => {
  const rows = Array.from({ length: 2700 }, (_, i) => [Math.sin(i) ** 2, Math.cos(i) ** 2]);
  const labels = rows.map(([a, b]) => (a > b ? 'a' : 'b'));
  const outside = rows.map((row, i) => (i === 2600 ? [0.5, -1] : row));
  const message = new RegExp(`must hold ${rule}\\. Received: -1 in row 2600, column 1\\.`);
  for (const solver of ['newton', 'adam'] as const) {
    const model = new KernelSVM({
      ...{ features: map(), loss: 'squaredHinge', l2: 1e-2, epochs: 1 },
      solver,
    });
    await expect(expectNoLeak(() => model.fit(outside, labels))).rejects.toThrow(message);
    await model.fit(rows, labels);
    for (const name of ['predict', 'predictProba', 'decisionFunction'] as const) {
      await expect(expectNoLeak<unknown>(() => model[name](outside))).rejects.toThrow(message);
    }
    model.dispose();
  }
});

it.each<[unknown, string]>([
  [['a'], '`y` must have one entry per row of `x`, 8. Received: 1.'],
  [['a', 'a', 'a'], '`y` must have one entry per row of `x`, 8. Received: 3.'],
  [[], '`y` must have one entry per row of `x`, 8. Received: 0.'],
  [y.map((label) => (label === 'a' ? null : label)), 'Received: null in row 0.'],
  [y.map(() => null), 'must hold labels: numbers, strings or booleans. Received: null in row 0.'],
  [y.map(() => ({})), 'Received: Object in row 0.'],
  [
    null,
    '`y` must be an array of labels or numbers, one per row, { data, shape } or a tensor. Received: null.',
  ],
])('targets that are not labels of the rows are named: %j', async (labels, message) => {
  const svm = new KernelSVM(quick);
  await expect(svm.fit(x, labels as string[])).rejects.toThrow(message);
  await expect(crossValidate(svm, x, labels as string[])).rejects.toThrow(message);
});

it('null is called null, wherever it comes', async () => {
  const svm = new KernelSVM(quick);
  await expect(svm.fit(null as never, y)).rejects.toThrow('Received: null.');
  await svm.fit(x, y);
  for (const name of ['predict', 'predictProba', 'decisionFunction'] as const) {
    await expect(svm[name](null as never)).rejects.toThrow('Received: null.');
  }
  const unlabelled = [null, 'a'] as never;
  await expect(svm.score([[0], [1]], unlabelled)).rejects.toThrow('Received: null in row 0.');
  await expect(svm.partialFit(x, y.map(() => null) as never)).rejects.toThrow('Received: null.');
  svm.dispose();
  for (const name of ['features', 'loss', 'solver', 'task', 'scale', 'l2'] as const) {
    expect(() => new KernelSVM({ [name]: null } as never)).toThrow(
      new RegExp(`^\`${name}\` .* Received: null\\.`),
    );
  }
  await expect(svm.fit(x, y, null as never)).rejects.toThrow('must be an object. Received: null.');
});

it.each([
  ['C', '`l2`: l2 = 1 / (C · rows).'],
  ['gamma', '`scale`: scale = gammaToScale(gamma).'],
  ['kernel', "`features`: features: 'gaussian', or identity() for a linear machine."],
  ['probability', 'nothing: `predictProba` is always there.'],
  ['alpha', '`l2`: l2 = 2 · alpha / rows.'],
  ['n_components', '`outputDim`.'],
  ['nEpochs', '`epochs`.'],
  ['n_epochs', '`epochs`.'],
  ['batch_size', '`batchSize`.'],
  ['max_iter', '`epochs`, or maxIterations of a solver'],
  ['random_state', '`seed`.'],
  ['class_weight', '`classWeight`, an option of `fit`.'],
  ['validationSplit', '`validationSplit`, an option of `fit`.'],
])('the option %s of other libraries is told by its name here', (name, told) => {
  const message = `Received: ${name}. Here that is ${told}`;
  expect(() => new KernelSVM({ [name]: 1 } as object)).toThrow(message);
  expect(() => new KernelSVM().setParams({ [name]: 1 } as object)).toThrow(message);
});

it('names of other libraries are known in `fit` and in grids, those of kernels and losses too', async () => {
  const svm = new KernelSVM(quick);
  const fitted = (options: object) => expect(svm.fit(x, y, options)).rejects;
  await fitted({ nEpochs: 3 }).toThrow('Received: nEpochs. Here that is `epochs`.');
  await fitted({ batch_size: 3 }).toThrow('Here that is `batchSize`.');
  await fitted({ sample_weight: [] }).toThrow('Here that is `sampleWeight`.');
  await fitted({ l2: 1 }).toThrow('Here that is `l2`, an option of the model.');
  await fitted({ valdiationSplit: 0.1 }).toThrow("Did you mean 'validationSplit'?");
  const searched = gridSearch(svm, { C: [1, 10] } as object, x, y);
  await expect(searched).rejects.toThrow('Received: C. Here that is `l2`: l2 = 1 / (C · rows).');
  const made = (options: object) => expect(() => new KernelSVM(options));
  made({ features: 'rbf' }).toThrow("Received: 'rbf'. Here that is 'gaussian'.");
  made({ features: 'RBF' }).toThrow("Here that is 'gaussian'.");
  made({ features: 'linear' }).toThrow('Here that is identity().');
  made({ features: 'lapalcian' }).toThrow("Did you mean 'laplacian'?");
  made({ features: 'sum' }).toThrow('`features` must be a kernel (gaussian, laplacian,');
  made({ loss: 'categorical_crossentropy' }).toThrow("Here that is 'softmaxCrossEntropy'.");
  made({ loss: 'squared_hinge' }).toThrow("Did you mean 'squaredHinge'?");
  made({ loss: 'hnige' }).toThrow("Did you mean 'hinge'?");
  made({ solver: 'newtno' }).toThrow("Did you mean 'newton'?");
  made({ task: 'regresion' }).toThrow("Did you mean 'regression'?");
  made({ outptuDim: 3 }).toThrow("Did you mean 'outputDim'?");
});
