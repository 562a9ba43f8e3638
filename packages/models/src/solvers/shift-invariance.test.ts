import { hinge, huber, logistic, meanSquaredError, squaredHinge } from '@kernel-methods/losses';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { describeOnNumerics } from '../fixtures/describe-on-numerics.ts';
import { adam } from './adam.ts';
import { eigenpro } from './eigenpro/eigenpro.ts';
import { contextOf, problemFrom, smallData } from './fixtures/small-problem.ts';
import { newton } from './newton/newton.ts';
import { sgd } from './sgd.ts';

const solvers = [
  ['adam', adam({ learningRate: 0.02 })],
  ['sgd', sgd()],
  ['eigenpro', eigenpro({ batchSize: 16 })],
  ['newton', newton()],
] as const;

const losses = { hinge, huber, logistic, meanSquaredError, squaredHinge };

/** Of the predictions' deviation, what float32 leaves of features a thousand times as far as wide. */
const TOLERANCE = 2e-3;
/** A row whose margin is 1 but for rounding has one slope or the other, and the next steps differ. */
const AT_A_KINK = 0.1;

describeOnNumerics('solvers', (numerics) => {
  it.each(solvers)('of shifted features and targets find the same: %s', async (_, solver) => {
    const names = Object.keys(losses) as (keyof typeof losses)[];
    const known = names.filter((name) => solver.refuses?.(losses[name]) === undefined);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...known),
        fc.constantFrom(30, -300, 1e3, -1e3),
        fc.constantFrom(20, 1e3, 1e6),
        fc.boolean(),
        fc.nat(1e6),
        async (name, zShift, yShift, weighted, seed) => {
          const loss = losses[name];
          const data = smallData(loss, { rows: 90, width: 4, weighted, seed });
          const isReal = loss.coding === 'real';
          // Rounded where they are shifted to most, so that all are the same rows.
          const z = data.z.map((value) => Math.fround(value + 1e3) - 1e3);
          const targets = isReal
            ? data.targets.map((value) => Math.fround(value + 1e6) - 1e6)
            : data.targets;
          const solve = async (byZ: number, byY: number) => {
            const y = isReal ? byY : 0;
            const rows = {
              ...data,
              z: z.map((value) => value + byZ),
              targets: targets.map((value) => value + y),
            };
            const problem = problemFrom(numerics, rows, loss, { l2: 0.01 });
            problem.head.bias.fill(y);
            await solver.solve(problem, contextOf(numerics, { epochs: 30 }));
            problem.dispose();
            return scoresOf(problem.head, rows).map((score) => score - y);
          };
          const [near, far] = [await solve(20, 20), await solve(zShift, yShift)];
          const spread = Math.max(...near.map(Math.abs));
          const apart = near.map((score, i) => Math.abs(score - far[i]));
          const rounding = isReal ? (Math.abs(yShift) * 2 ** -23) / spread : 0;
          const tolerance = name === 'hinge' ? AT_A_KINK : TOLERANCE;
          expect(Math.max(...apart) / spread).toBeLessThan(tolerance + rounding);
          // Newton's method comes to the same place from rows that are not shifted, too.
          if (solver.name !== 'newton') return;
          const plain = (await solve(0, 0)).map((score, i) => Math.abs(score - far[i]));
          expect(Math.max(...plain) / spread).toBeLessThan(TOLERANCE + rounding);
        },
      ),
      { numRuns: 12 },
    );
  });
});

function scoresOf(
  { weights, bias }: { readonly weights: Float32Array; readonly bias: Float32Array },
  { z, rows, width, units }: { z: Float32Array; rows: number; width: number; units: number },
): number[] {
  return Array.from({ length: rows * units }, (_, at) => {
    const [row, unit] = [Math.floor(at / units), at % units];
    let sum = bias[unit];
    for (let i = 0; i < width; i++) sum += weights[unit * width + i] * z[row * width + i];
    return sum;
  });
}
