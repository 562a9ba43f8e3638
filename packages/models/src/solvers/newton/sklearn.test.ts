import { readFileSync } from 'node:fs';
import { type Loss, logistic, softmaxCrossEntropy, squaredHinge } from '@kernel-methods/losses';
import { maxRelativeDifference } from '@kernel-methods/test-utils';
import { expect, it } from 'vitest';
import { describeOnNumerics } from '../../fixtures/describe-on-numerics.ts';
import { contextOf, problemFrom } from '../fixtures/small-problem.ts';
import { newton } from './newton.ts';

interface Fixture {
  readonly rows: number;
  readonly width: number;
  readonly z: number[];
  readonly labels: number[];
  readonly C: number;
  readonly alpha: number;
  readonly coefficients: number[];
  readonly intercepts: number[];
  readonly objectives: Record<string, number>;
}

const read = (name: string): Fixture =>
  JSON.parse(readFileSync(new URL(`../../fixtures/sklearn/${name}.json`, import.meta.url), 'utf8'));

function dataOf({ rows, width, z, labels }: Fixture, loss: Loss) {
  const classes = Math.max(...labels) + 1;
  const units = classes === 2 ? 1 : classes;
  const low = loss.coding === 'one-hot' ? 0 : -1;
  const targets = Float32Array.from({ length: rows * units }, (_, i) => {
    const label = labels[Math.floor(i / units)];
    return (units === 1 ? label === 1 : label === i % units) ? 1 : low;
  });
  return { rows, width, units, z: Float32Array.from(z), targets, weights: undefined };
}

/** Each row z with target y once more as −z with −y: the best bias is 0 then, by symmetry. */
function mirrored(data: ReturnType<typeof dataOf>) {
  const twice = (values: Float32Array) => Float32Array.of(...values, ...values.map((v) => -v));
  return { ...data, rows: 2 * data.rows, z: twice(data.z), targets: twice(data.targets) };
}

const centered = (values: ArrayLike<number>) => {
  const list = Array.from(values);
  const mean = list.reduce((sum, value) => sum + value / list.length, 0);
  return list.map((value) => value - mean);
};

describeOnNumerics('newton against scikit-learn', (numerics) => {
  it.each([
    ['logistic-binary', logistic],
    ['logistic-multinomial', softmaxCrossEntropy],
  ] as const)('LogisticRegression at its default C: %s', async (name, loss) => {
    const fixture = read(name);
    const problem = problemFrom(numerics, dataOf(fixture, loss), loss);
    await newton({ tolerance: 1e-7 }).solve(problem, contextOf(numerics));
    problem.dispose();
    const { weights, bias } = problem.head;
    expect(maxRelativeDifference(weights, fixture.coefficients)).toBeLessThan(1e-4);
    // The biases of a softmax may all be shifted.
    const [own, other] =
      bias.length === 1
        ? [bias, fixture.intercepts]
        : [centered(bias), centered(fixture.intercepts)];
    expect(maxRelativeDifference(own, other)).toBeLessThan(1e-4);
  });

  it.each(['linear-svc-binary', 'linear-svc-classes'])(
    'LinearSVC with the squared hinge and no intercept: %s',
    async (name) => {
      const fixture = read(name);
      const data = dataOf(fixture, squaredHinge);
      const l2 = 1 / (fixture.C * data.rows * data.units);
      const problem = problemFrom(numerics, mirrored(data), squaredHinge, { l2 });
      await newton({ tolerance: 1e-7 }).solve(problem, contextOf(numerics));
      problem.dispose();
      const { weights, bias } = problem.head;
      expect(maxRelativeDifference(weights, fixture.coefficients)).toBeLessThan(1e-4);
      for (const value of bias) expect(Math.abs(value)).toBeLessThan(1e-4);
    },
  );

  it.each([
    ['squared_hinge', squaredHinge],
    ['log_loss', logistic],
  ] as const)('an objective at most that of SGDClassifier: %s', async (name, loss) => {
    const fixture = read('sgd-classifier');
    const data = dataOf(fixture, loss);
    const problem = problemFrom(numerics, data, loss, { l2: fixture.alpha });
    const { history } = await newton().solve(problem, contextOf(numerics));
    problem.dispose();
    const square = problem.head.weights.reduce((sum, w) => sum + w * w, 0);
    const objective = history.at(-1)!.loss + (fixture.alpha / 2) * square;
    expect(objective).toBeLessThanOrEqual(fixture.objectives[name]);
    expect(objective).toBeGreaterThan(0.9 * fixture.objectives[name]);
  });
});
