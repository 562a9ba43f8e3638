import {
  type Loss,
  meanSquaredError,
  softmaxCrossEntropy,
  squaredHinge,
} from '@kernel-methods/losses';
import { createRandom } from '@kernel-methods/random';
import { expectNoLeak } from '@kernel-methods/test-utils';
import { expect, it } from 'vitest';
import type { Head } from '../../data/head.ts';
import { describeOnNumerics } from '../../fixtures/describe-on-numerics.ts';
import { examplesFrom } from '../../fixtures/examples-from.ts';
import { naiveObjective } from '../fixtures/naive-objective.ts';
import {
  contextOf,
  lossCases,
  problemFrom,
  simdBytes,
  smallData,
} from '../fixtures/small-problem.ts';
import { sgd } from '../sgd.ts';
import type { Solver } from '../solver.ts';
import { type EigenproOptions, eigenpro } from './eigenpro.ts';
import { leadingSpectrum } from './spectrum.ts';

it.each([0, -1, 1.5, Number.NaN])('refuses %s as a count', (value) => {
  for (const name of ['components', 'sampleRows', 'batchSize'] as const) {
    const message = `\`${name}\` must be a whole number, 1 or above. Received: ${value}.`;
    expect(() => eigenpro({ [name]: value })).toThrow(message);
  }
});

it('tells its options', () => {
  expect(eigenpro().config).toEqual({ components: 160, sampleRows: 4096 });
  expect(eigenpro({ batchSize: 8 }).config).toMatchObject({ batchSize: 8 });
});

/** Features whose variances fall as 1 / i⁴: a condition number of 10⁵. */
function illConditioned(loss: Loss, weighted = false) {
  const data = smallData(loss, { rows: 256, width: 24, weighted });
  data.z.forEach((value, at) => {
    data.z[at] = (4 * value) / (1 + (at % 24)) ** 2;
  });
  return data;
}

type Data = ReturnType<typeof smallData>;

describeOnNumerics('eigenpro', (numerics) => {
  const options: EigenproOptions = { components: 12, batchSize: 64 };
  const zeros = ({ units, width }: Data): Head => ({
    weights: new Float32Array(units * width),
    bias: new Float32Array(units),
  });

  it('finds eigenvectors of the weighted second moments', async () => {
    const { z, targets, weights, ...shape } = illConditioned(softmaxCrossEntropy, true);
    const { rows, width } = shape;
    const examples = examplesFrom(numerics, z, targets, { ...shape, weights });
    const scale = rows / examples.weight;
    for await (const chunk of examples.chunks()) {
      const random = createRandom(1);
      const { values, vectors, last } = await leadingSpectrum(numerics, chunk, 6, random, {
        scale,
        features: 1,
      });
      const feature = (row: number, i: number) => (i < width ? z[row * width + i] : 1);
      const entry = (vector: number, i: number) =>
        i < width ? vectors[vector * width + i] : last[vector];
      expect(values).toHaveLength(6);
      values.forEach((value, vector) => {
        const image = new Float64Array(width + 1);
        for (let row = 0; row < rows; row++) {
          let dot = 0;
          for (let i = 0; i <= width; i++) dot += feature(row, i) * entry(vector, i);
          for (let i = 0; i <= width; i++) {
            image[i] += (weights![row] * scale * dot * feature(row, i)) / rows;
          }
        }
        let length = 0;
        image.forEach((number, i) => {
          expect(Math.abs(number - value * entry(vector, i))).toBeLessThan(2e-5 * values[0]);
          length += entry(vector, i) ** 2;
        });
        expect(length).toBeCloseTo(1, 5);
        if (vector > 0) expect(value).toBeLessThanOrEqual(values[vector - 1]);
      });
    }
    examples.dispose();
  });

  it.each(
    [squaredHinge, softmaxCrossEntropy, meanSquaredError].map((loss) => [loss.name, loss] as const),
  )('comes to the minimum by whole batches, and near it by mini-batches: %s', async (_, loss) => {
    const data = illConditioned(loss, true);
    const l2 = 1e-3;
    const objective = async (solver: Solver, epochs: number) => {
      const problem = problemFrom(numerics, data, loss, { l2 });
      await solver.solve(problem, contextOf(numerics, { epochs, batchSize: 64 }));
      problem.dispose();
      return naiveObjective(data, loss, l2, problem.head);
    };
    const start = naiveObjective(data, loss, l2, zeros(data));
    const best = await objective(eigenpro({ components: 16, batchSize: data.rows }), 250);
    expect(best.slope).toBeLessThan(2e-2 * start.slope);
    const near = await objective(eigenpro(options), 20);
    const plain = await objective(sgd({ momentum: 0 }), 20);
    expect(near.value - best.value).toBeLessThan(0.6 * (plain.value - best.value));
  });

  it.each(lossCases)('does not diverge by itself, whatever the rows are: %s', async (_, loss) => {
    for (const spread of [1e-3, 1, 100]) {
      const data = smallData(loss, { weighted: true, spread });
      for (const outlier of [1, 30]) {
        data.z.fill(outlier * data.z[0], 5 * data.width, 6 * data.width);
        const problem = problemFrom(numerics, data, loss);
        const context = contextOf(numerics, { epochs: 8 });
        await eigenpro({ components: 4, batchSize: 8 }).solve(problem, context);
        problem.dispose();
        const start = naiveObjective(data, loss, 0, zeros(data)).value;
        expect(naiveObjective(data, loss, 0, problem.head).value).toBeLessThan(1.1 * start);
      }
    }
  });

  it('leaves no tensor and no memory, also when it is aborted, and repeats from its seed', async () => {
    const data = illConditioned(meanSquaredError);
    const run = async (seed: number) => {
      const problem = problemFrom(numerics, data, meanSquaredError);
      await eigenpro(options).solve(problem, contextOf(numerics, { seed }));
      problem.dispose();
      return problem.head;
    };
    const abort = async () => {
      const problem = problemFrom(numerics, data, meanSquaredError);
      const controller = new AbortController();
      const reason = new Error('enough');
      const onEpochEnd = async () => {
        controller.abort(reason);
        return undefined;
      };
      const context = contextOf(numerics, { signal: controller.signal, onEpochEnd });
      await expect(eigenpro(options).solve(problem, context)).rejects.toBe(reason);
      expect(problem.head.weights.every((weight) => weight !== 0)).toBe(true);
      problem.dispose();
    };
    const first = await run(1); // simd keeps scratch memory from the first time on.
    const before = simdBytes();
    expect(await expectNoLeak(() => run(1))).toEqual(first);
    expect(await expectNoLeak(() => run(2))).not.toEqual(first);
    await expectNoLeak(abort);
    expect(simdBytes()).toBe(before);
  });
});
