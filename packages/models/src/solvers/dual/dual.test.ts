import { hinge, logistic, meanSquaredError, squaredHinge } from '@kernel-methods/losses';
import { maxAbsDifference } from '@kernel-methods/test-utils';
import { expect, it } from 'vitest';
import { describeOnNumerics } from '../../fixtures/describe-on-numerics.ts';
import { contextOf, problemFrom, simdBytes, smallData } from '../fixtures/small-problem.ts';
import { newton } from '../newton/newton.ts';
import { smo } from '../smo/smo.ts';
import type { Solver } from '../solver.ts';
import { dual } from './dual.ts';

const exact = dual({ tolerance: 1e-5, maxPasses: 5000 });

describeOnNumerics('dual', (numerics) => {
  const solved = async (
    solver: Solver,
    loss: typeof hinge,
    data = smallData(loss),
    options: Parameters<typeof problemFrom>[3] = { l2: 0.05 },
    context = {},
  ) => {
    const problem = problemFrom(numerics, data, loss, options);
    try {
      return {
        ...(await solver.solve(problem, contextOf(numerics, context))),
        head: problem.head,
      };
    } finally {
      problem.dispose();
    }
  };

  for (const weighted of [false, true]) {
    it.each([
      [hinge, smo({ tolerance: 1e-6 })],
      [squaredHinge, newton({ tolerance: 1e-8 })],
      [meanSquaredError, newton({ tolerance: 1e-8 })],
    ] as const)(`finds the minimum, weighted ${weighted}: %o`, async (loss, other) => {
      const data = smallData(loss, { weighted });
      const found = await solved(exact, loss, data);
      const expected = await solved(other, loss, data);
      expect(found.stopped).toBe('converged');
      expect(maxAbsDifference(found.head.weights, expected.head.weights)).toBeLessThan(2e-3);
      expect(maxAbsDifference(found.head.bias, expected.head.bias)).toBeLessThan(2e-3);
    });
  }

  it('gives the same for the same seed, in whatever chunks the rows come', async () => {
    const data = smallData(hinge);
    const one = await solved(exact, hinge, data);
    expect((await solved(exact, hinge, data)).head).toEqual(one.head);
    const cut = await solved(exact, hinge, data, { l2: 0.05, chunkRows: 7 });
    expect(maxAbsDifference(cut.head.weights, one.head.weights)).toBeLessThan(1e-4);
  });

  it('stops after as many passes as it may, and has the penalty of C = 1', async () => {
    const data = smallData(squaredHinge);
    const short = dual({ tolerance: 1e-9, maxPasses: 1 });
    const { stopped, l2 } = await solved(short, squaredHinge, data, {});
    expect(stopped).toBe('iterations');
    expect(l2).toBeCloseTo(1 / (data.rows * data.units));
  });

  it('frees what it holds, also when it is aborted', async () => {
    const before = simdBytes();
    await solved(dual(), hinge);
    const controller = new AbortController();
    const { signal } = controller;
    const look = signal.throwIfAborted.bind(signal);
    let looks = 0;
    signal.throwIfAborted = () => {
      if (++looks === 5) controller.abort(new Error('enough'));
      look();
    };
    const context = { signal };
    await expect(solved(exact, hinge, smallData(hinge), { l2: 0.05 }, context)).rejects.toThrow(
      'enough',
    );
    expect(simdBytes()).toBe(before);
  });

  it('refuses other losses, and no penalty', async () => {
    await expect(solved(dual(), logistic)).rejects.toThrow(
      "`loss` must be hinge, squaredHinge or meanSquaredError with the solver 'dual'. Received: logistic.",
    );
    await expect(solved(dual(), hinge, smallData(hinge), { l2: 0 })).rejects.toThrow(
      "`l2` must be above 0 with the solver 'dual'. Received: 0.",
    );
    expect(() => dual({ tolerance: 0 })).toThrow('`tolerance` must be');
  });
});
