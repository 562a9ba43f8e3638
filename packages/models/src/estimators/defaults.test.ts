import { createRandom } from '@kernel-methods/random';
import { describeOnBackends } from '@kernel-methods/test-utils';
import { expect, it } from 'vitest';
import { savedBy } from '../fixtures/saved-by.ts';
import {
  crossValidate,
  gridSearch,
  KernelLogisticRegression,
  KernelRidge,
  KernelSVM,
} from '../index.ts';

const x = [[0], [1], [2], [3], [10], [11], [12], [13]];
const y = [...'aaaabbbb'];

/** Two classes that a small column tells apart, beside a large one that says nothing. */
function unlikeColumns() {
  const { normal } = createRandom(2);
  const labels = Array.from({ length: 120 }, (_, i) => i % 2);
  return { labels, rows: labels.map((label) => [2 * label + 0.4 * normal(), 1000 * normal()]) };
}

/** Ridge regression with a kernel by Gaussian elimination, about the mean of the features. */
function centredRidge(
  kernel: (a: number, b: number) => number,
  points: readonly number[],
  y: readonly number[],
  alpha: number,
) {
  const n = points.length;
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b) / values.length;
  const columns = points.map((b) => mean(points.map((a) => kernel(a, b))));
  const all = mean(columns);
  const centred = (at: number) => {
    const row = points.map((b) => kernel(at, b));
    return row.map((value, i) => value - mean(row) - columns[i] + all);
  };
  const system = points.map((a, i) => [
    ...centred(a).map((value, j) => value + (i === j ? alpha : 0)),
    y[i] - mean(y),
  ]);
  for (let k = 0; k < n; k++) {
    for (let i = 0; i < n; i++) {
      if (i === k) continue;
      const factor = system[i][k] / system[k][k];
      for (let j = k; j <= n; j++) system[i][j] -= factor * system[k][j];
    }
  }
  const weights = system.map((row, k) => row[n] / row[k]);
  return (at: number) =>
    mean(y) + centred(at).reduce((sum, value, i) => sum + value * weights[i], 0);
}

describeOnBackends('estimators with no option given', () => {
  it('find the maximum margin of few rows, half way between two heaps', async () => {
    const svm = new KernelSVM();
    const { settings, stopped } = await svm.fit(x, y);
    expect(settings).toMatchObject({ solver: 'smo', standardize: false, map: 'Nystroem' });
    expect(settings.outputDim).toBe(x.length);
    expect(settings.scale).toBeGreaterThan(1);
    expect(stopped).toBe('converged');
    const { data } = await svm.decisionFunction([[6.5], [6.4], [0], [13]]);
    expect(Math.abs(data[0])).toBeLessThan(0.06);
    expect(Math.abs(data[1])).toBeLessThan(0.1);
    expect(data[2]).toBeLessThan(-0.9);
    expect(data[3]).toBeGreaterThan(0.9);
    svm.dispose();
  });

  it('standardize columns on scales of their own, unless told not to', async () => {
    const { rows, labels } = unlikeColumns();
    const scores: number[] = [];
    for (const standardize of ['auto', true, false] as const) {
      const svm = new KernelSVM({ outputDim: 256, standardize });
      expect((await svm.fit(rows, labels)).settings.standardize).toBe(standardize !== false);
      scores.push((await crossValidate(svm, rows, labels, { folds: 4 })).mean);
      svm.dispose();
    }
    const [auto, on, off] = scores;
    expect(auto).toBe(on);
    expect(auto).toBeGreaterThan(0.95);
    expect(off).toBeLessThan(0.8);
  });

  it('leave rows as they are where a scale is given, which is in their units', async () => {
    const { rows, labels } = unlikeColumns();
    const ridge = new KernelRidge({ task: 'classification', outputDim: 64, scale: 300 });
    const { settings } = await ridge.fit(rows, labels);
    expect(settings).toMatchObject({ solver: 'direct', standardize: false, scale: 300 });
    ridge.dispose();
  });

  it('say what they chose, and choose again where they were loaded', async () => {
    const model = new KernelLogisticRegression({ outputDim: 64 });
    const { settings, l2 } = await model.fit(x, y);
    expect(settings).toMatchObject({ solver: 'newton', l2, outputDim: 64 });
    expect(settings).not.toHaveProperty('jitter');
    expect(l2).toBeGreaterThan(0);
    expect(model.settings).toEqual(settings);
    expect(model.options.solver.name).toBe('adam');
    expect((await model.fit(x, y, { epochs: 2 })).settings.solver).toBe('adam');
    const loaded = await KernelLogisticRegression.load(await savedBy(model));
    expect(loaded.settings).toEqual(model.settings);
    expect((await loaded.fit(x, y)).settings).toMatchObject({ solver: 'newton', outputDim: 64 });
    loaded.dispose();
    model.dispose();
  });

  it('tell the median scale, the penalty that was chosen, and whether rounding decided', async () => {
    const heights = x.map(([value]) => Math.sin(value));
    const ridge = new KernelRidge({ outputDim: 64 });
    expect(() => ridge.settings).toThrow('This KernelRidge is not fitted yet.');
    const { settings, l2 } = await ridge.fit(x, heights);
    // Between the middle two of 28 distances.
    const distances = x.flatMap(([a], i) => x.slice(0, i).map(([b]) => Math.abs(a - b)));
    const [low, high] = distances.toSorted((a, b) => a - b).slice(13, 15);
    expect(settings.scale).toBeCloseTo((low + high) / 2, 6);
    expect(settings).toMatchObject({ solver: 'direct', l2, jitter: 0 });
    expect(l2).toBeGreaterThan(0);
    const loaded = await KernelRidge.load(await savedBy(ridge));
    expect(loaded.settings).toEqual(settings);
    const { best } = await gridSearch(ridge, { l2: [l2] }, x, heights, { folds: 4 });
    expect(best.settings).toMatchObject({ l2, scale: settings.scale, jitter: 0 });
    for (const model of [loaded, best]) model.dispose();
    // Of a penalty that drowns in the rounding of float32, rounding makes more.
    const twice = await ridge
      .setParams({ l2: 1e-30 })
      .fit([...x, ...x], [...heights, ...heights.map((height) => height + 1)]);
    expect(twice.settings.l2).toBe(1e-30);
    expect(twice.settings.jitter).toBeGreaterThan(1e-30);
    ridge.dispose();
  });

  it('take few rows for the landmarks of an exact kernel machine, also after they were loaded', async () => {
    const heights = x.map(([value]) => Math.sin(value));
    const ridge = new KernelRidge({ l2: 0.01 });
    const { settings, l2 } = await ridge.fit(x, heights);
    expect(settings).toMatchObject({ solver: 'direct', map: 'Nystroem', outputDim: x.length });
    const { scale, l2: penalty } = settings as Required<typeof settings>;
    // By the kernel's own formula: (K + alpha·I)·c = y − ȳ over centred K, alpha = l2·n/2.
    const kernel = (a: number, b: number) => 1 / (1 + (a - b) ** 2 / (2 * scale ** 2));
    const points = x.map(([value]) => value);
    const expected = centredRidge(kernel, points, heights, (penalty * x.length) / 2);
    const found = await ridge.predict([[1.5], [7], [12.5]]);
    for (const [i, at] of [1.5, 7, 12.5].entries()) expect(found[i]).toBeCloseTo(expected(at), 3);
    expect(l2).toBe(penalty);
    const loaded = await KernelRidge.load(await savedBy(ridge));
    expect(loaded.settings).toEqual(settings);
    const again = await loaded.fit(x.slice(0, 6), heights.slice(0, 6));
    expect(again.settings).toMatchObject({ solver: 'direct', map: 'Nystroem', outputDim: 6 });
    for (const model of [loaded, ridge]) model.dispose();
  });

  it('draw random features where something speaks of them, of epochs or of more rows', async () => {
    const drawn = { map: 'RandomFourierFeatures', outputDim: 2048 };
    const options = [{ features: 'gaussian' }, { epochs: 2 }, { solver: 'direct' }] as const;
    for (const given of options) {
      const ridge = new KernelRidge<string>({ task: 'classification', ...given });
      expect((await ridge.fit(x, y)).settings).toMatchObject(drawn);
      ridge.dispose();
    }
    const svm = new KernelSVM();
    expect((await svm.fit(x, y, { epochs: 1 })).settings).toMatchObject(drawn);
    expect((await svm.partialFit(x, y)).settings).toMatchObject(drawn);
    // No solver finds its minimum from zeros.
    svm.setParams({ loss: 'categoricalHinge' });
    expect((await svm.fit(x, y)).settings).toMatchObject({ solver: 'adam', ...drawn });
    svm.dispose();
    const many = Array.from({ length: 2001 }, (_, i) => [Math.sin(i)]);
    const ridge = new KernelRidge();
    const { settings } = await ridge.fit(many, Float32Array.from(many.flat()));
    expect(settings).toMatchObject(drawn);
    ridge.dispose();
  });

  it('learn from more rows by mini-batches', async () => {
    const svm = new KernelSVM({ outputDim: 64 });
    expect((await svm.partialFit(x, y)).settings.solver).toBe('adam');
    expect((await svm.partialFit(x, y)).settings.solver).toBe('adam');
    svm.dispose();
  });
}, ['wasm']);

it('refuses another `standardize`', () => {
  expect(() => new KernelSVM({ standardize: 'yes' as never })).toThrow(
    "`standardize` must be true, false or 'auto'. Received: yes.",
  );
});
