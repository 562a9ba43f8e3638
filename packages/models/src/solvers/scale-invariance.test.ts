import { hinge, huber, logistic, meanSquaredError, squaredHinge } from '@kernel-methods/losses';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { describeOnNumerics } from '../fixtures/describe-on-numerics.ts';
import { adam } from './adam.ts';
import { direct } from './direct.ts';
import { eigenpro } from './eigenpro/eigenpro.ts';
import { apart, solveMoved } from './fixtures/moved-problem.ts';
import { contextOf, problemFrom, smallData } from './fixtures/small-problem.ts';
import { newton } from './newton/newton.ts';
import { sgd } from './sgd.ts';
import { smo } from './smo/smo.ts';

/** Of the largest score, where the same steps are taken: float32's rounding over all of them. */
const STEPS = 1e-4;
/** What is left undone: 1e-5 of the gradient, and 1e-4 of a margin. */
const ENDS = 2e-3;
// As they are made without options, but that smo comes nearer.
const solvers = [
  ['adam', adam(), STEPS],
  ['direct', direct(), STEPS],
  ['eigenpro', eigenpro({ batchSize: 16 }), STEPS],
  ['newton', newton(), ENDS],
  ['sgd', sgd(), STEPS],
  ['smo', smo({ tolerance: 1e-4 }), ENDS],
] as const;

const losses = { hinge, huber, logistic, meanSquaredError, squaredHinge };

/** A row whose margin is 1 but for rounding has one slope or the other: the next steps differ. */
const AT_A_KINK = 0.05;
const OTHER_ORDER = { seed: 12 };

describeOnNumerics('solvers', (numerics) => {
  // Features times c with l2 times c² have weights a c-th as large, and the same scores.
  it.each(solvers)(
    'of scaled features and targets find the same, scaled: %s',
    async (_, solver, tolerance) => {
      const names = Object.keys(losses) as (keyof typeof losses)[];
      const known = names.filter((name) => solver.refuses?.(losses[name]) === undefined);
      await fc.assert(
        fc.asyncProperty(
          fc.constantFrom(...known),
          fc.constantFrom(1e-3, 0.1, 7, 1e3),
          fc.constantFrom(1e-3, 0.1, 7, 1e3),
          fc.constantFrom(0.01, solver.refuses?.(meanSquaredError) ? 0.1 : 0),
          fc.boolean(),
          fc.nat(1e6),
          async (lossName, byZ, byY, l2, weighted, seed) => {
            const loss = losses[lossName];
            const drawn = solver.start !== 'zeros';
            const problem = { loss, seed, weighted, l2, drawn };
            // Huber's corner has a scale of its own.
            const targets = loss.leastSquares ? { by: byY } : {};
            const near = await solveMoved(numerics, solver, problem, {});
            const far = await solveMoved(numerics, solver, problem, {
              features: { by: byZ },
              targets,
            });
            expect(Math.max(...near.scores.map(Math.abs))).toBeGreaterThan(0.1);
            const { scores, objective } = apart(near, far);
            if (loss.hessianProduct !== undefined || solver.name === 'smo') {
              expect(scores).toBeLessThan(tolerance);
              expect(objective).toBeLessThan(tolerance / 10);
              return;
            }
            // Another order of the rows moves it further than other units do.
            const other = apart(near, await solveMoved(numerics, solver, problem, {}, OTHER_ORDER));
            expect(scores).toBeLessThan(AT_A_KINK);
            expect(scores).toBeLessThan(tolerance + other.scores);
            expect(objective).toBeLessThan(1e-4 + other.objective);
          },
        ),
        { numRuns: 15 },
      );
    },
  );

  it('takes features as large as cosines as Keras takes them, and all with a learning rate', async () => {
    const train = async (solver: ReturnType<typeof adam>, size: number) => {
      const data = smallData(hinge, { rows: 90, width: 4 });
      const square = data.z.reduce((sum, value) => sum + value * value, 0);
      const length = Math.sqrt(square / data.z.length);
      const z = data.z.map((value) => (size * value) / length);
      const problem = problemFrom(numerics, { ...data, z }, hinge, { l2: 0.01 });
      await solver.solve(problem, contextOf(numerics));
      problem.dispose();
      return problem.head;
    };
    for (const size of [0.65, Math.SQRT1_2, 0.77]) {
      expect(await train(adam(), size)).toEqual(await train(adam({ learningRate: 1e-3 }), size));
    }
    expect(await train(adam(), 1)).not.toEqual(await train(adam({ learningRate: 1e-3 }), 1));
  });
});
