import { meanSquaredError, softmaxCrossEntropy } from '@kernel-methods/losses';
import { expectNoLeak, maxAbsDifference } from '@kernel-methods/test-utils';
import { expect, it } from 'vitest';
import type { Head } from '../data/head.ts';
import { describeOnNumerics } from '../fixtures/describe-on-numerics.ts';
import { examplesFrom } from '../fixtures/examples-from.ts';
import { adam } from './adam.ts';
import { naiveAdam, naiveDescend, naiveDescent } from './fixtures/naive-descent.ts';
import {
  contextOf,
  lossCases,
  problemFrom,
  simdBytes,
  smallData,
} from './fixtures/small-problem.ts';
import type { FitProgress } from './progress.ts';
import { sgd } from './sgd.ts';
import type { Solver } from './solver.ts';

const cases = [
  ['adam', adam({ learningRate: 0.01 }), naiveAdam(0.01)],
  ['sgd', sgd({ learningRate: 0.02 }), naiveDescent(0.02, 0)],
  ['sgd with momentum', sgd({ learningRate: 0.02, momentum: 0.9 }), naiveDescent(0.02, 0.9)],
] as const;
const softmax = softmaxCrossEntropy;

describeOnNumerics('training by mini-batches', (numerics) => {
  it.each(cases.flatMap(([name, ...c]) => lossCases.map((l) => [name, ...l, ...c] as const)))(
    'does what loops in float64 do: %s, %s',
    async (_, __, loss, solver, rule) => {
      for (const [units, weighted, chunkRows] of [
        [3, false, 61],
        [1, true, 20],
        [2, true, 7],
      ] as const) {
        if (loss.link === 'softmax' && units === 1) continue;
        const data = smallData(loss, { units, weighted });
        const context = contextOf(numerics);
        const problem = problemFrom(numerics, data, loss, { l2: 0.03, chunkRows });
        const { history, l2, stopped } = await solver.solve(problem, context);
        problem.dispose();
        const naive = naiveDescend({ ...data, ...context, loss, l2: 0.03 }, rule);
        expect(maxAbsDifference(problem.head.weights, naive.weights)).toBeLessThan(2e-5);
        expect(maxAbsDifference(problem.head.bias, naive.bias)).toBeLessThan(2e-5);
        const losses = history.map((record) => record.loss);
        expect(maxAbsDifference(losses, naive.losses)).toBeLessThan(2e-5);
        expect({ l2, stopped }).toEqual({ l2: 0.03, stopped: 'epochs' });
      }
    },
  );

  it('leaves no tensor and no memory, whatever ends it', async () => {
    const run = async (solver: Solver) => {
      const problem = problemFrom(numerics, smallData(softmax), softmax);
      await solver.solve(problem, contextOf(numerics));
      const onEpochEnd = async () => {
        throw new Error('no more');
      };
      const failing = solver.solve(problem, contextOf(numerics, { onEpochEnd }));
      await expect(failing).rejects.toThrow('no more');
      problem.dispose();
    };
    for (const [, solver] of cases) {
      await run(solver); // simd keeps scratch memory from the first time on.
      const before = simdBytes();
      await expectNoLeak(() => run(solver));
      expect(simdBytes()).toBe(before);
    }
  });

  it('repeats bit for bit from its seed, and differs with another', async () => {
    const run = async (seed: number) => {
      const problem = problemFrom(numerics, smallData(softmax), softmax);
      await adam().solve(problem, contextOf(numerics, { seed }));
      problem.dispose();
      return problem.head.weights;
    };
    expect(await run(4)).toEqual(await run(4));
    expect(await run(4)).not.toEqual(await run(5));
  });

  it('keeps what was learned when it is aborted, and hears that soon', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const problem = problemFrom(numerics, smallData(softmax, { rows: 4000 }), softmax);
    const told: FitProgress[] = [];
    const onProgress = (progress: FitProgress) => {
      told.push(progress);
      controller.abort(reason);
    };
    const context = { epochs: 1e6, batchSize: 1, signal: controller.signal, onProgress };
    const solve = expectNoLeak(() => adam().solve(problem, contextOf(numerics, context)));
    await expect(solve).rejects.toBe(reason);
    problem.dispose();
    expect(told).toHaveLength(1);
    expect(problem.head.weights.every((weight) => weight !== 0)).toBe(true);
  });

  it('does nothing when it was aborted before', async () => {
    const problem = problemFrom(numerics, smallData(softmax), softmax);
    const signal = AbortSignal.abort(new Error('too late'));
    await expect(sgd().solve(problem, contextOf(numerics, { signal }))).rejects.toThrow('too late');
    problem.dispose();
    expect(problem.head.weights).toEqual(new Float32Array(problem.head.weights.length));
  });

  it('says that it diverges, and the head stays finite', async () => {
    const problem = problemFrom(numerics, smallData(meanSquaredError), meanSquaredError);
    const solve = sgd({ learningRate: 1e4 }).solve(problem, contextOf(numerics, { epochs: 60 }));
    await expect(solve).rejects.toThrow(/The training diverged: .* in epoch \d+, /);
    problem.dispose();
    expect(problem.head.weights.every(Number.isFinite)).toBe(true);
  });

  it('moves nothing by a row of weight 0, whatever is in it', async () => {
    const run = async (value: number) => {
      const data = smallData(softmax);
      data.z.fill(value, 0, data.width);
      const weights = new Float32Array(data.rows).fill(1);
      weights[0] = 0;
      const problem = problemFrom(numerics, { ...data, weights }, softmax);
      const { history } = await adam().solve(problem, contextOf(numerics));
      problem.dispose();
      return { head: problem.head, losses: history.map((record) => record.loss) };
    };
    expect(await run(1)).toEqual(await run(50));
  });

  it('has the gradient without the row, in its direction, where a row has weight 0', async () => {
    const { z, targets, rows, width, units } = smallData(softmax);
    const step = async (data: Parameters<typeof problemFrom>[1]) => {
      const problem = problemFrom(numerics, data, softmax);
      await sgd({ learningRate: 1 }).solve(
        problem,
        contextOf(numerics, { epochs: 1, batchSize: rows }),
      );
      problem.dispose();
      return [...problem.head.weights, ...problem.head.bias];
    };
    const weights = new Float32Array(rows).fill(1);
    weights[rows - 1] = 0;
    const all = { z, targets, weights, rows, width, units };
    const fewer = {
      z: z.slice(0, -width),
      targets: targets.slice(0, -units),
      weights: undefined,
      rows: rows - 1,
      width,
      units,
    };
    expect(maxAbsDifference(await step(all), await step(fewer))).toBeLessThan(1e-6);
  });

  it('validates after each epoch, shows the head, and stops when told to', async () => {
    const data = smallData(softmax, { weighted: true });
    const { z, targets, ...shape } = smallData(softmax, { weighted: true, rows: 40, seed: 8 });
    const validation = examplesFrom(numerics, z, targets, { ...shape, chunkRows: 9 });
    const problem = problemFrom(numerics, data, softmax, { validation });
    const heads: Head[] = [];
    const { history, stopped } = await adam({ learningRate: 0.05 }).solve(
      problem,
      contextOf(numerics, {
        epochs: 5,
        onEpochEnd: async (record, head) => {
          heads.push(await head());
          return record.epoch === 2 ? 'seen enough' : undefined;
        },
      }),
    );
    expect(stopped).toBe('seen enough');
    expect(history.map(({ epoch }) => epoch)).toEqual([1, 2]);
    expect(heads[1]).toEqual(problem.head);
    expect(heads[0]).not.toEqual(heads[1]);
    const { loss, accuracy } = naiveMeans({ z, targets, ...shape }, problem.head);
    expect(history[1].valLoss).toBeCloseTo(loss, 5);
    expect(history[1].valAccuracy).toBeCloseTo(accuracy, 6);
    problem.dispose();
    validation.dispose();
  });

  it('counts no accuracy in a regression', async () => {
    const problem = problemFrom(numerics, smallData(meanSquaredError), meanSquaredError);
    const { history } = await adam().solve(problem, contextOf(numerics, { epochs: 1 }));
    problem.dispose();
    expect(Object.keys(history[0]).sort()).toEqual(['epoch', 'loss', 'seconds']);
  });
});

function naiveMeans(data: ReturnType<typeof smallData>, { weights: w, bias }: Head) {
  const { z, targets, weights, rows, width, units } = data;
  let [loss, right, total] = [0, 0, 0];
  for (let row = 0; row < rows; row++) {
    const predictions = Array.from(bias, (b, unit) => {
      let sum = b;
      for (let i = 0; i < width; i++) sum += w[unit * width + i] * z[row * width + i];
      return sum;
    });
    const own = targets.slice(row * units, (row + 1) * units);
    const values = softmax.values({ targets: own, predictions, units }, new Float64Array(1));
    loss += weights![row] * values[0];
    const hit = predictions.indexOf(Math.max(...predictions)) === own.indexOf(1);
    right += hit ? weights![row] : 0;
    total += weights![row];
  }
  return { loss: loss / total, accuracy: right / total };
}
