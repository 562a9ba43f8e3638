import { logistic, meanSquaredError, squaredHinge } from '@kernel-methods/losses';
import { expect, it } from 'vitest';
import { describeOnNumerics } from '../fixtures/describe-on-numerics.ts';
import { adam } from './adam.ts';
import { eigenpro } from './eigenpro/eigenpro.ts';
import { contextOf, problemFrom, smallData } from './fixtures/small-problem.ts';
import { newton } from './newton/newton.ts';
import { sgd } from './sgd.ts';

const solvers = [
  ['adam', adam()],
  ['sgd', sgd()],
  ['eigenpro', eigenpro()],
  ['newton', newton()],
] as const;

describeOnNumerics('the weights of rows', (numerics) => {
  const data = smallData(logistic, { rows: 80 });
  const all = (weight: number) => new Float32Array(80).fill(weight);

  it.each(solvers)('must not all be 0, nor infinite together: %s', async (_, solver) => {
    for (const [weight, message] of [
      [0, '`sampleWeight` must leave a row with a weight above 0. Received: none.'],
      [Number.POSITIVE_INFINITY, 'must have a finite sum. Received: Infinity.'],
    ] as const) {
      const problem = problemFrom(numerics, { ...data, weights: all(weight) }, logistic);
      await expect(solver.solve(problem, contextOf(numerics))).rejects.toThrow(message);
      problem.dispose();
    }
  });

  it.each(solvers)('may be 0 for all rows but one: %s', async (_, solver) => {
    for (const loss of [logistic, squaredHinge, meanSquaredError]) {
      const weights = all(0);
      weights[70] = 3;
      const rows = { ...smallData(loss, { rows: 80 }), weights };
      const problem = problemFrom(numerics, rows, loss, { l2: 0.01 });
      const { history } = await solver.solve(problem, contextOf(numerics, { epochs: 20 }));
      problem.dispose();
      expect(history.at(-1)!.loss).toBeLessThan(history[0].loss + 1e-6);
      expect(problem.head.weights.every(Number.isFinite)).toBe(true);
    }
  });

  it.each(solvers)('leave a start that is not finite behind: %s', async (_, solver) => {
    const problem = problemFrom(numerics, data, logistic, { l2: 0.01 });
    problem.head.bias.fill(Number.NaN);
    await solver.solve(problem, contextOf(numerics));
    problem.dispose();
    expect(problem.head.bias.every(Number.isFinite)).toBe(true);
  });

  it('a penalty near the largest number leaves the bias alone', async () => {
    const problem = problemFrom(numerics, data, logistic, { l2: 1.7e308 });
    const { stopped } = await newton().solve(problem, contextOf(numerics));
    problem.dispose();
    expect(stopped).toMatch(/converged|precision/);
    expect(Math.max(...problem.head.weights.map(Math.abs))).toBeLessThan(1e-30);
    expect(Math.max(...problem.head.bias.map(Math.abs))).toBeGreaterThan(0.1);
  });
});
