import {
  hinge,
  huber,
  type Loss,
  logistic,
  meanSquaredError,
  softmaxCrossEntropy,
  squaredHinge,
} from '@kernel-methods/losses';
import { createRandom } from '@kernel-methods/random';
import { expect, it } from 'vitest';
import { rings } from '../../fixtures/rings.ts';
import { simdNumerics } from '../../numerics/simd-numerics.ts';
import { direct } from '../direct.ts';
import { naiveObjective } from '../fixtures/naive-objective.ts';
import { contextOf, problemFrom, type smallData } from '../fixtures/small-problem.ts';
import { newton } from '../newton/newton.ts';
import { smo } from '../smo/smo.ts';
import type { Solver } from '../solver.ts';
import { eigenpro } from './eigenpro.ts';

type Data = ReturnType<typeof smallData>;
type Shape = readonly [rows: number, width: number];

/** Cosines of few points in the plane: as many directions as rows, most of them nearly empty. */
function fewRows(loss: Loss, [rows, width]: Shape): Data {
  const random = createRandom(3).stream('cosines');
  const waves = Array.from({ length: width }, () => [random.normal(), random.normal()]);
  const phases = waves.map(() => 2 * Math.PI * random.uniform());
  const { x, labels } = rings(rows);
  const z = x.flatMap(([a, b]) =>
    waves.map(([u, v], i) => Math.cos((u * a + v * b) / 0.7 + phases[i])),
  );
  const off = loss.coding === 'one-hot' ? 0 : -1;
  const targets = labels.flatMap((label) => [0, 1, 2].map((unit) => (unit === label ? 1 : off)));
  const data = { rows, width, units: 3, weights: undefined };
  return { ...data, z: Float32Array.from(z), targets: Float32Array.from(targets) };
}

const numerics = simdNumerics();

interface Run {
  readonly l2?: number;
  readonly epochs: number;
}

/** The objective that a solver comes to, from zeros. */
async function objective(data: Data, loss: Loss, solver: Solver, { l2 = 0, epochs }: Run) {
  const problem = problemFrom(numerics, data, loss, { l2 });
  await solver.solve(problem, contextOf(numerics, { epochs }));
  problem.dispose();
  return naiveObjective(data, loss, l2, problem.head).value;
}

function startOf(data: Data, loss: Loss) {
  const { units, width } = data;
  const zeros = { weights: new Float32Array(units * width), bias: new Float32Array(units) };
  return naiveObjective(data, loss, 0, zeros).value;
}

const exactly = newton({ tolerance: 1e-7 });
const cases: [Loss, Solver, Shape][] = [
  [meanSquaredError, direct(), [48, 64]],
  [squaredHinge, exactly, [48, 64]],
  [softmaxCrossEntropy, exactly, [48, 64]],
  [huber, exactly, [40, 32]],
  [logistic, exactly, [40, 32]],
  [hinge, smo({ tolerance: 1e-5, maxStepsPerRow: 1000 }), [40, 32]],
];
const named = cases.map(([loss, ...rest]) => [loss.name, loss, ...rest] as const);

it.each(named)('comes to the minimum of few rows: %s', async (_, loss, exact, shape) => {
  const data = fewRows(loss, shape);
  const epochs = 2000; // What a model takes by default.
  const distance = async (l2: number) => {
    const minimum = await objective(data, loss, exact, { l2, epochs });
    const found = await objective(data, loss, eigenpro(), { l2, epochs });
    return { minimum, excess: found - minimum };
  };
  const start = startOf(data, loss);
  const weak = await distance(1e-4);
  expect(weak.excess).toBeLessThan(1e-3 * (start - weak.minimum));
  const strong = await distance(1e-2);
  // The slopes of a loss with kinks do not end at 0: steps come near the minimum more slowly.
  const isSmooth = loss.hessianProduct !== undefined;
  expect(strong.excess).toBeLessThan(1e-3 * (isSmooth ? strong.minimum : start));
});

it.each([
  [meanSquaredError.name, meanSquaredError, [48, 64]],
  [hinge.name, hinge, [40, 32]],
] as const)('comes to an error of 0 where few rows allow it: %s', async (_, loss, shape) => {
  const data = fewRows(loss, shape);
  const found = await objective(data, loss, eigenpro(), { epochs: 100 });
  expect(found).toBeLessThan(1e-3 * startOf(data, loss));
});

it('comes to it by mini-batches too', async () => {
  const data = fewRows(meanSquaredError, [48, 64]);
  const found = await objective(data, meanSquaredError, eigenpro({ batchSize: 16 }), {
    epochs: 100,
  });
  expect(found).toBeLessThan(1e-2 * startOf(data, meanSquaredError));
});
