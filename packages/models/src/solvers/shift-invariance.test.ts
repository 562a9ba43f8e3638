import { hinge, huber, logistic, meanSquaredError, squaredHinge } from '@kernel-methods/losses';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { describeOnNumerics } from '../fixtures/describe-on-numerics.ts';
import { adam } from './adam.ts';
import { direct } from './direct.ts';
import { dual } from './dual/dual.ts';
import { eigenpro } from './eigenpro/eigenpro.ts';
import { apart, solveMoved } from './fixtures/moved-problem.ts';
import { newton } from './newton/newton.ts';
import { sgd } from './sgd.ts';
import { smo } from './smo/smo.ts';

/** FAR: those that step take rows that lie near 0 as they are, so that the way is another. */
const FAR = 20;
const solvers = [
  ['adam', adam(), FAR],
  ['adam with a learning rate', adam({ learningRate: 0.02 }), FAR],
  ['direct', direct(), 0],
  ['eigenpro', eigenpro({ batchSize: 16 }), FAR],
  ['newton', newton(), 0],
  ['sgd', sgd(), FAR],
  ['sgd with a learning rate', sgd({ learningRate: 0.02 }), FAR],
  ['smo', smo({ tolerance: 1e-4 }), 0],
  ['dual', dual({ tolerance: 1e-5, maxPasses: 2000 }), 0],
] as const;

const losses = { hinge, huber, logistic, meanSquaredError, squaredHinge };

/** Of the largest score, what float32 leaves of features a thousand times as far off as they are wide. */
const TOLERANCE = 1e-3;
/** A row whose margin is 1 but for rounding has one slope or the other: the next steps differ. */
const AT_A_KINK = 0.05;
const OTHER_ORDER = { seed: 12 };

describeOnNumerics('solvers', (numerics) => {
  it.each(solvers)('of shifted features and targets find the same: %s', async (_, solver, from) => {
    const names = Object.keys(losses) as (keyof typeof losses)[];
    const known = names.filter((name) => solver.refuses?.(losses[name]) === undefined);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...known),
        fc.constantFrom(30, -300, 1e3, -1e3),
        fc.constantFrom(20, 1e3, 1e6),
        fc.boolean(),
        fc.nat(1e6),
        async (lossName, zShift, yShift, weighted, seed) => {
          const loss = losses[lossName];
          const problem = { loss, seed, weighted, l2: 0.01, drawn: solver.start !== 'zeros' };
          const start = { features: { shift: from } };
          const near = await solveMoved(numerics, solver, problem, start);
          const far = await solveMoved(numerics, solver, problem, {
            features: { shift: zShift },
            targets: { shift: yShift },
          });
          const { scores, objective } = apart(near, far);
          if (loss.hessianProduct !== undefined || solver.name === 'smo') {
            // The scores themselves are float32, at the targets' offset.
            const isReal = loss.coding === 'real';
            const largest = Math.max(...near.scores.map(Math.abs));
            const rounding = isReal ? (Math.abs(yShift) * 2 ** -23) / largest : 0;
            expect(scores).toBeLessThan(TOLERANCE + rounding);
            expect(objective).toBeLessThan(1e-4 + rounding);
            return;
          }
          // Another order of the rows moves it further than an offset does.
          const again = await solveMoved(numerics, solver, problem, start, OTHER_ORDER);
          const other = apart(near, again);
          expect(scores).toBeLessThan(AT_A_KINK);
          expect(scores).toBeLessThan(TOLERANCE + other.scores);
          expect(objective).toBeLessThan(1e-4 + other.objective);
        },
      ),
      { numRuns: 15 },
    );
  });

  // Whole batches, as mini-batches only come near it.
  const whole = { epochs: 500, batchSize: 90 };
  it('of rows about 0, which are taken as they are, find the same minimum', async () => {
    for (const loss of [logistic, meanSquaredError, squaredHinge]) {
      for (const solver of [sgd(), eigenpro({ batchSize: 90 }), adam({ learningRate: 0.02 })]) {
        const problem = { loss, seed: 1, weighted: true, l2: 0.01 };
        const solve = (shift: number) =>
          solveMoved(numerics, solver, problem, { features: { shift } }, whole);
        expect(apart(await solve(0), await solve(1e3)).objective).toBeLessThan(1e-3);
      }
    }
  });
});
