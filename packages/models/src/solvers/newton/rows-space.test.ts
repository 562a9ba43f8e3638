import { losses } from '@kernel-methods/losses';
import { expectNoLeak, maxAbsDifference } from '@kernel-methods/test-utils';
import { expect, it } from 'vitest';
import { describeOnNumerics } from '../../fixtures/describe-on-numerics.ts';
import { examplesFrom } from '../../fixtures/examples-from.ts';
import { gradientNorm } from '../fixtures/gradient-norm.ts';
import { contextOf, problemFrom, simdBytes, smallData } from '../fixtures/small-problem.ts';
import type { Problem, SolverContext } from '../solver.ts';
import { newton } from './newton.ts';
import { solveInRowsSpace } from './rows-space.ts';

const cases = losses
  .filter((loss) => loss.hessianProduct)
  .flatMap((loss) => [1, 3].map((units) => [loss.name, units, loss] as const));
const shape = { rows: 40, width: 200, weighted: true };
const solution = { history: [], stopped: 'converged', l2: 0, seconds: { train: 0, validate: 0 } };

describeOnNumerics('the space of the rows', (numerics) => {
  it.each(cases)('has the minimum of all features: %s, %i outputs', async (_, units, loss) => {
    const data = smallData(loss, { ...shape, units });
    const solve = async () => {
      const problem = problemFrom(numerics, data, loss, { chunkRows: 17, l2: 0.3 });
      const { stopped } = await newton().solve(problem, contextOf(numerics));
      problem.dispose();
      return { stopped, head: problem.head };
    };
    await solve();
    const bytes = simdBytes();
    const { stopped, head } = await expectNoLeak(solve);
    expect(simdBytes()).toBe(bytes);
    expect(stopped).toBe('converged');
    const zeros = { weights: new Float32Array(units * 200), bias: new Float32Array(units) };
    const start = gradientNorm(data, loss, 0.3, zeros);
    expect(gradientNorm(data, loss, 0.3, head)).toBeLessThanOrEqual(2e-5 * start);
  });

  it('keeps scores of training and validation rows, and what a head has along the rows', async () => {
    const [, , loss] = cases[1];
    const data = smallData(loss, shape);
    const held = smallData(loss, { ...shape, rows: 9, seed: 8 });
    const problem = problemFrom(numerics, data, loss);
    const validation = examplesFrom(numerics, held.z, held.targets, held);
    // A mean of rows lies among them.
    const { weights } = problem.head;
    for (let i = 0; i < weights.length; i++) {
      const [unit, at] = [Math.floor(i / 200), i % 200];
      for (let row = unit; row < 30; row += 3) weights[i] += data.z[row * 200 + at] / 100;
    }
    const before = await scores(problem);
    const beforeHeld = await scores({ ...problem, training: validation });
    const seen: { inner: Problem; context: SolverContext }[] = [];
    await solveInRowsSpace(
      { ...problem, validation },
      contextOf(numerics),
      async (inner, context) => {
        seen.push({ inner, context });
        expect(inner.training.width).toBe(40);
        expect(maxAbsDifference(await scores(inner), before)).toBeLessThan(1e-4);
        const validated = await scores({ ...inner, training: inner.validation! });
        expect(maxAbsDifference(validated, beforeHeld)).toBeLessThan(1e-4);
        inner.head.weights[3] += 1;
        return solution;
      },
    );
    expect(maxAbsDifference(await scores(problem), before)).toBeGreaterThan(0.1);
    problem.dispose();
    validation.dispose();

    async function scores({ training, head }: Problem): Promise<Float32Array> {
      const out: number[] = [];
      const w = numerics.matrix(head.weights, 3, training.width);
      const bias = numerics.matrix(head.bias, 1, 3);
      for await (const { z, picked } of training.chunks()) {
        out.push(...(await numerics.scores(z, picked, w, bias)));
      }
      w.dispose();
      bias.dispose();
      return Float32Array.from(out);
    }
  });

  it('leaves a head that did not move as it was, and many rows where they are', async () => {
    const [, , loss] = cases[1];
    const data = smallData(loss, shape);
    const problem = problemFrom(numerics, data, loss);
    problem.head.weights.fill(0.1);
    const given = problem.head.weights.slice();
    await solveInRowsSpace(problem, contextOf(numerics), async () => solution);
    expect(problem.head.weights).toEqual(given);
    problem.dispose();
    const many = problemFrom(numerics, smallData(loss, { rows: 101, width: 200 }), loss);
    await solveInRowsSpace(many, contextOf(numerics), async (inner) => {
      expect(inner).toBe(many);
      return solution;
    });
    many.dispose();
  });
});
