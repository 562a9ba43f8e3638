import { expect, it } from 'vitest';
import { maxRelativeDifference } from './closeness.ts';
import type { Estimator, EstimatorCase } from './estimator-case.ts';

/** Tests that hold for every estimator, however rows are given, weighted or left out. */
export function describeRows(contract: EstimatorCase): void {
  const { create, x, y, isExact = false, isUnlabelled = false } = contract;
  /** The decisions about all rows after a fit on some of them. */
  const after = async (
    rows: readonly (readonly number[])[],
    targets: readonly unknown[],
    options?: object,
  ) => {
    const estimator = create();
    try {
      await estimator.fit(rows, targets, options);
      return (await estimator.decisionFunction(x)).data;
    } finally {
      estimator.dispose();
    }
  };
  const isClassifier = !('task' in create().options) || taskOf(create()) === 'classification';
  const near = (a: ArrayLike<number>, b: ArrayLike<number>, by = 2e-4) =>
    expect(maxRelativeDifference(a, b)).toBeLessThan(by);

  it('lets rows of weight 0 have no say', async () => {
    const sampleWeight = x.map((_, i) => (i % 5 === 4 ? 0 : 1));
    const others = <T>(values: readonly T[]) =>
      values.map((value, i) => (sampleWeight[i] === 0 ? values[(i + 1) % y.length] : value));
    const [rows, targets] = isUnlabelled ? [others(x), y] : [x, others(y)];
    const right = await after(x, y, { sampleWeight });
    near(await after(rows, targets, { sampleWeight }), right, 1e-5);
    expect(maxRelativeDifference(await after(rows, targets), right)).toBeGreaterThan(1e-4);
  });

  it('does not care for the unit of weights', async () => {
    const weighed = (factor: number) =>
      after(x, y, { sampleWeight: x.map((_, i) => factor * (1 + (i % 3))) });
    near(await weighed(8), await weighed(1), 1e-5);
    near(await after(x, y, { sampleWeight: x.map(() => 4) }), await after(x, y), 1e-5);
  });

  if (isExact) {
    it('takes a row of weight k for k rows', async () => {
      const counts = x.map((_, i) => [1, 3, 0, 2, 1, 1, 2][i % 7]);
      const repeated = x.flatMap((_, i) => new Array<number>(counts[i]).fill(i));
      const [rows, targets] = [repeated.map((i) => x[i]), repeated.map((i) => y[i])];
      near(await after(x, y, { sampleWeight: counts }), await after(rows, targets));
    });

    it('does not care for the order of rows', async () => {
      const order = x.map((_, i) => (i * 7 + 3) % x.length);
      const permuted = await after(
        order.map((i) => x[i]),
        order.map((i) => y[i]),
      );
      near(permuted, await after(x, y));
    });
  }

  if (isClassifier) {
    it('weighs classes by label, by a Map and by balance, as it weighs their rows', async () => {
      const classes = [...new Set(y)] as string[];
      const [rows, targets] = [x.slice(0, -4), y.slice(0, -4)];
      const factors = new Map(classes.map((label, i) => [label, 1 + 2 * i]));
      const count = (label: unknown) => targets.filter((other) => other === label).length;
      const weights = targets.map((label) => factors.get(label as string) as number);
      const balance = targets.map((label) => targets.length / (classes.length * count(label)));
      const twice = await after(rows, targets, { sampleWeight: weights.map((w) => w * w) });
      const both = { classWeight: factors, sampleWeight: weights };
      expect(await after(rows, targets, both)).toEqual(twice);
      const byLabel = Object.fromEntries(factors);
      expect(await after(rows, targets, { ...both, classWeight: byLabel })).toEqual(twice);
      const balanced = await after(rows, targets, { classWeight: 'balanced' });
      near(balanced, await after(rows, targets, { sampleWeight: balance }), 1e-6);
    });

    it('needs two classes', async () => {
      const one = create();
      const fit = one.fit(
        x,
        x.map(() => y[0]),
      );
      await expect(fit).rejects.toThrow('`y` must hold at least two classes. Received: only ');
    });
  }

  it('learns from fewer rows than features, twice the same, with a feature that is constant', async () => {
    const few = x.slice(0, 6).map((row) => [...row.slice(1), 7]);
    const estimator = create();
    const rows = [...few, ...few];
    await estimator.fit(rows, [...y.slice(0, 6), ...y.slice(0, 6)]);
    const { data } = await estimator.decisionFunction(rows);
    expect(Array.from(data).every(Number.isFinite)).toBe(true);
    const half = data.length / 2;
    near(Array.from(data).slice(half), Array.from(data).slice(0, half), 1e-6);
    estimator.dispose();
  });
}

const taskOf = ({ options }: Estimator) => (options as { task: string }).task;
