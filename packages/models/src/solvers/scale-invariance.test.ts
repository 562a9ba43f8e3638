import { hinge, huber, logistic, meanSquaredError, squaredHinge } from '@kernel-methods/losses';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { describeOnNumerics } from '../fixtures/describe-on-numerics.ts';
import { direct } from './direct.ts';
import { contextOf, problemFrom, smallData } from './fixtures/small-problem.ts';
import { newton } from './newton/newton.ts';

// Those that solve. The steps of mini-batches are as long as a learning rate says, and one length for
// weights and bias: adam, sgd and eigenpro want features of one scale.
const solvers = [
  ['direct', direct()],
  ['newton', newton({ tolerance: 1e-7 })],
] as const;

const losses = { hinge, huber, logistic, meanSquaredError, squaredHinge };
const TOLERANCE = 2e-3;
/** A row at a corner of the loss has one curvature or the other by rounding, and steps differ. */
const AT_A_KINK = 2e-2;

describeOnNumerics('solvers', (numerics) => {
  // Features times c with l2 times c² have weights a c-th as large, and the same scores.
  it.each(solvers)(
    'of scaled features and targets find the same, scaled: %s',
    async (_, solver) => {
      const names = Object.keys(losses) as (keyof typeof losses)[];
      const known = names.filter((name) => solver.refuses?.(losses[name]) === undefined);
      let runs = 0;
      await fc.assert(
        fc.asyncProperty(
          fc.constantFrom(...known),
          fc.constantFrom(1e-3, 0.3, 7, 1e3),
          fc.constantFrom(1e-3, 0.3, 7, 1e3),
          fc.boolean(),
          fc.nat(1e6),
          async (name, byZ, byY, weighted, seed) => {
            runs++;
            const loss = losses[name];
            const data = smallData(loss, { rows: 90, width: 4, weighted, seed });
            // Huber's corner has a scale of its own.
            const scale = name === 'meanSquaredError' ? byY : 1;
            const solve = async (c: number, k: number) => {
              const rows = {
                ...data,
                z: data.z.map((value) => value * c),
                targets: data.targets.map((value) => value * k),
              };
              const problem = problemFrom(numerics, rows, loss, { l2: 0.01 * c * c });
              await solver.solve(problem, contextOf(numerics, { epochs: 30 }));
              problem.dispose();
              const { weights, bias } = problem.head;
              const { width, units } = rows;
              return Array.from({ length: rows.rows * units }, (__, at) => {
                const [row, unit] = [Math.floor(at / units), at % units];
                let sum = bias[unit];
                for (let i = 0; i < width; i++) {
                  sum += weights[unit * width + i] * rows.z[row * width + i];
                }
                return sum / k;
              });
            };
            const [near, far] = [await solve(1, 1), await solve(byZ, scale)];
            const spread = Math.max(...near.map(Math.abs));
            expect(spread).toBeGreaterThan(0.1);
            const apart = near.map((score, i) => Math.abs(score - far[i]));
            const tolerance = name === 'hinge' || name === 'huber' ? AT_A_KINK : TOLERANCE;
            expect(Math.max(...apart) / spread).toBeLessThan(tolerance);
          },
        ),
        { numRuns: 12 },
      );
      expect(runs).toBe(12);
      process.stdout.write(`scale invariance, ${solver.name}: ${runs} problems\n`);
    },
  );
});
