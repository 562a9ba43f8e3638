import {
  hinge,
  huber,
  type Loss,
  logistic,
  losses,
  meanSquaredError,
  softmaxCrossEntropy,
  squaredHinge,
} from '@kernel-methods/losses';
import { createRandom } from '@kernel-methods/random';
import { expectNoLeak, maxAbsDifference, maxRelativeDifference } from '@kernel-methods/test-utils';
import { expect, it } from 'vitest';
import { describeOnNumerics } from '../../fixtures/describe-on-numerics.ts';
import { examplesFrom } from '../../fixtures/examples-from.ts';
import type { Numerics } from '../../numerics/numerics.ts';
import { gradientNorm } from '../fixtures/gradient-norm.ts';
import { naiveObjective } from '../fixtures/naive-objective.ts';
import { contextOf, problemFrom, simdBytes, smallData } from '../fixtures/small-problem.ts';
import type { EpochRecord } from '../progress.ts';
import { type Problem, requireLoss, type SolverContext } from '../solver.ts';
import { newton } from './newton.ts';

type Data = ReturnType<typeof smallData>;
const curved = losses.filter((loss) => loss.hessianProduct);
const cases = curved.flatMap((loss) => [1, 3].map((units) => [loss.name, units, loss] as const));

/** Solves and frees the rows. */
async function run(
  numerics: Numerics,
  data: Data,
  loss: Loss,
  options: Partial<Problem> & { chunkRows?: number } = {},
  context: Partial<SolverContext> = {},
) {
  const problem = problemFrom(numerics, data, loss, options);
  try {
    const solution = await newton().solve(problem, contextOf(numerics, context));
    return { ...solution, head: problem.head };
  } finally {
    problem.dispose();
  }
}

const zeros = ({ units, width }: Data) => ({
  weights: new Float32Array(units * width),
  bias: new Float32Array(units),
});

describeOnNumerics('newton', (numerics) => {
  it.each(cases)('finds where the gradient is 0: %s, %i outputs', async (_, units, loss) => {
    const data = smallData(loss, { units, weighted: units === 3 });
    // Scratch memory is kept from the first time on.
    await run(numerics, data, loss, { chunkRows: 17 });
    const bytes = simdBytes();
    const { head, stopped, l2, history } = await expectNoLeak(() =>
      run(numerics, data, loss, { chunkRows: 17 }),
    );
    expect(simdBytes()).toBe(bytes);
    expect(stopped).toBe('converged');
    const start = gradientNorm(data, loss, l2, zeros(data));
    const end = gradientNorm(data, loss, l2, head);
    expect(end).toBeLessThanOrEqual(1.2e-5 * start);
    // One logit of a softmax has no loss.
    if (start > 0) expect(history.at(-1)!.gradientNorm).toBeLessThanOrEqual(1e-5);
  });

  it.each([0, 1e-4])('by BFGS with 40 coupled outputs, l2 %d (0: the default)', async (given) => {
    const loss = softmaxCrossEntropy;
    const data = smallData(loss, { rows: 900, width: 9, units: 40, weighted: true });
    const options = { chunkRows: 300, ...(given > 0 && { l2: given }) };
    const { head, stopped, l2, history } = await expectNoLeak(() =>
      run(numerics, data, loss, options),
    );
    expect(stopped).toBe('converged');
    const start = gradientNorm(data, loss, l2, zeros(data));
    expect(gradientNorm(data, loss, l2, head)).toBeLessThanOrEqual(1.2e-5 * start);
    expect(history.length).toBeLessThan(60);
  });

  it('by BFGS goes down step by step to where the slope is 0, and hears a signal on its way', async () => {
    const loss = softmaxCrossEntropy;
    const data = smallData(loss, { rows: 400, width: 6, units: 33 });
    const l2 = 1e-3;
    const abort = new AbortController();
    const problem = problemFrom(numerics, data, loss, { l2 });
    const objectives: number[] = [];
    const solving = newton().solve(
      problem,
      contextOf(numerics, {
        signal: abort.signal,
        async onEpochEnd({ epoch }, head) {
          objectives.push(naiveObjective(data, loss, l2, await head()).value);
          if (epoch === 3) abort.abort(new Error('stop'));
          return undefined;
        },
      }),
    );
    await expect(solving).rejects.toThrow('stop');
    // Each step takes the objective down, and the best head stays.
    expect([...objectives].sort((a, b) => b - a)).toEqual(objectives);
    expect(objectives).toHaveLength(3);
    expect(naiveObjective(data, loss, l2, problem.head).value).toBe(objectives[2]);
    const bytes = simdBytes();
    await newton().solve(problem, contextOf(numerics));
    expect(simdBytes()).toBe(bytes);
    problem.dispose();
    const end = naiveObjective(data, loss, l2, problem.head);
    expect(end.value).toBeLessThan(objectives[2]);
    expect(end.slope).toBeLessThan(2e-5 * naiveObjective(data, loss, l2, zeros(data)).slope);
  });

  it.each([
    ['squaredHinge', squaredHinge],
    ['logistic', logistic],
    ['softmaxCrossEntropy', softmaxCrossEntropy],
    ['huber', huber],
  ])('by conjugate gradients, where many rows are curved: %s', async (_, loss) => {
    const data = smallData(loss, { rows: 2600, width: 9, weighted: true });
    const { head, stopped, l2, history } = await run(numerics, data, loss, { chunkRows: 700 });
    expect(stopped).toBe('converged');
    expect(history.length).toBeLessThan(15);
    const start = gradientNorm(data, loss, l2, zeros(data));
    expect(gradientNorm(data, loss, l2, head)).toBeLessThanOrEqual(1.2e-5 * start);
  });

  it.each([
    ['squaredHinge', squaredHinge],
    ['logistic', logistic],
    ['huber', huber],
  ])('by the Gram matrix of rows that are few: %s', async (_, loss) => {
    const data = smallData(loss, { rows: 300, width: 200, weighted: true });
    await run(numerics, data, loss, { l2: 1e-3 });
    const bytes = simdBytes();
    for (const l2 of [1e-6, 1e-4, 1e-3]) {
      const { head, stopped, history } = await expectNoLeak(() =>
        run(numerics, data, loss, { l2 }),
      );
      expect(stopped).toBe('converged');
      // With almost no penalty the coefficients are so large that float32 products of them round.
      if (l2 > 1e-6) expect(history.length).toBeLessThan(30);
      const start = gradientNorm(data, loss, l2, zeros(data));
      expect(gradientNorm(data, loss, l2, head)).toBeLessThanOrEqual(1.2e-5 * start);
    }
    expect(simdBytes()).toBe(bytes);
    // Below what float32 reaches, it goes on without the matrix before it gives up.
    const problem = problemFrom(numerics, data, loss, { l2: 1e-3 });
    const { stopped } = await newton({ tolerance: 1e-12 }).solve(problem, contextOf(numerics));
    problem.dispose();
    expect(stopped).toBe('precision');
  });

  it('is at the optimum of a quadratic after few steps', async () => {
    const data = smallData(meanSquaredError, { rows: 2600, width: 9 });
    const { history } = await run(numerics, data, meanSquaredError);
    expect(history.length).toBeLessThan(6);
  });

  it('counts a row of weight k as k rows, and its order not at all', async () => {
    const random = createRandom(2).stream('rows');
    for (const loss of [squaredHinge, softmaxCrossEntropy]) {
      const data = smallData(loss);
      const times = Float32Array.from({ length: data.rows }, () => random.integer(4));
      const repeated = Array.from(times).flatMap((k, row) => Array<number>(k).fill(row));
      const order = random.permutation(repeated.length);
      const index = repeated.map((_, i) => repeated[order[i]]);
      const one = await run(numerics, { ...data, weights: times }, loss);
      const other = await run(numerics, pickRows(data, index), loss);
      expect(one.l2).toBeCloseTo(other.l2, 12);
      expect(maxRelativeDifference(one.head.weights, other.head.weights)).toBeLessThan(1e-3);
      expect(maxAbsDifference(one.head.bias, other.head.bias)).toBeLessThan(1e-3);
    }
  });

  it.each([
    ['one row', { rows: 1 }, 0.1],
    ['one feature', { width: 1 }, 0.1],
    ['fewer rows than features', { rows: 12, width: 40 }, 1e-3],
    ['huge values', { spread: 1e6 }, 1e-3],
    ['tiny values', { spread: 1e-6 }, 1e-9],
    ['separable rows and almost no penalty', { rows: 10, width: 30 }, 1e-12],
    ['separable rows and no penalty', { rows: 10, width: 30 }, 0],
  ])('stays finite and stops: %s', async (_, shape, l2) => {
    for (const loss of curved) {
      const { head, stopped, history } = await run(numerics, smallData(loss, shape), loss, { l2 });
      expect([...head.weights, ...head.bias].every(Number.isFinite)).toBe(true);
      expect(stopped).toMatch(/converged|precision|iterations/);
      for (const { loss: mean } of history) expect(mean).toBeGreaterThanOrEqual(0);
      // Each iteration takes its loss down, but for the penalty's part.
      if (history.length > 1)
        expect(history.at(-1)!.loss).toBeLessThan(history[0].loss * 1.1 + 1e-6);
    }
  });

  it('takes constant features and rows that are the same', async () => {
    for (const loss of curved) {
      const data = smallData(loss);
      const z = data.z.map((value, i) => (i % data.width < 2 ? 1 : value));
      const index = Array.from({ length: 2 * data.rows }, (_, i) => i % data.rows);
      const { stopped } = await run(numerics, pickRows({ ...data, z }, index), loss);
      expect(stopped).toBe('converged');
    }
  });

  it('stops with the best head below what float32 reaches, and grows no bias', async () => {
    const z = Float32Array.from({ length: 180 }, (_, at) => {
      const i = Math.floor(at / 3);
      return [Math.sin(1.3 * i), Math.cos(2.1 * i), Math.sin(0.7 * i + 1)][at % 3];
    });
    const classOf = (i: number) => {
      if (z[3 * i] + Math.sin(7.7 * i) > 0) return 1;
      return z[3 * i + 1] + Math.cos(5.1 * i) > 0 ? 2 : 0;
    };
    for (const loss of [softmaxCrossEntropy, logistic, squaredHinge]) {
      const low = loss.coding === 'one-hot' ? 0 : -1;
      const targets = Float32Array.from({ length: 180 }, (_, at) =>
        classOf(Math.floor(at / 3)) === at % 3 ? 1 : low,
      );
      const data = { rows: 60, width: 3, units: 3, z, targets, weights: undefined };
      const losses: number[] = [];
      for (const tolerance of [1e-4, 1e-8, 1e-12]) {
        const problem = problemFrom(numerics, data, loss, { l2: 1 / 60 });
        const { history, stopped } = await newton({ tolerance }).solve(
          problem,
          contextOf(numerics),
        );
        problem.dispose();
        expect(history.length).toBeLessThan(30);
        if (tolerance < 1e-10) expect(stopped).toBe('precision');
        expect(gradientNorm(data, loss, 1 / 60, problem.head)).toBeLessThan(1e-4);
        if (loss === softmaxCrossEntropy) {
          expect(Math.abs(problem.head.bias.reduce((a, b) => a + b))).toBeLessThan(1e-5);
          expect(history.at(-1)!.loss).toBeCloseTo(0.67983, 4);
        }
        losses.push(history.at(-1)!.loss);
      }
      expect(Math.max(...losses) - Math.min(...losses)).toBeLessThan(1e-4);
    }
  });

  it('goes on from the head that is given: from the neighbour of a penalty in few steps', async () => {
    for (const loss of [softmaxCrossEntropy, squaredHinge]) {
      const data = smallData(loss, { rows: 300 });
      const problem = problemFrom(numerics, data, loss, { l2: 0.011 });
      await newton().solve(problem, contextOf(numerics));
      const next = { ...problem, l2: 0.01 };
      const warm = await newton().solve(next, contextOf(numerics));
      const cold = await run(numerics, data, loss, { l2: 0.01 });
      problem.dispose();
      expect(warm.history.length).toBeLessThan(cold.history.length);
      expect(maxRelativeDifference(next.head.weights, cold.head.weights)).toBeLessThan(1e-3);
    }
  });

  it('tells of each iteration, and of the validation rows', async () => {
    const data = smallData(squaredHinge);
    const held = smallData(squaredHinge, { seed: 8, rows: 40 });
    const validation = examplesFrom(numerics, held.z, held.targets, held);
    const records: EpochRecord[] = [];
    let last = 0;
    const { history, seconds } = await run(
      numerics,
      data,
      squaredHinge,
      { validation },
      {
        async onEpochEnd(record, head) {
          records.push(record);
          const { weights } = await head();
          last = weights[0];
          return undefined;
        },
      },
    ).then((solution) => {
      expect(solution.head.weights[0]).toBe(last);
      return solution;
    });
    validation.dispose();
    expect(records).toEqual(history);
    expect(history.map(({ epoch }) => epoch)).toEqual(history.map((_, i) => i + 1));
    expect(history.at(-1)!.valLoss).toBeGreaterThan(history.at(-1)!.loss);
    expect(history.at(-1)!.valAccuracy).toBeGreaterThan(0.5);
    expect(seconds.train).toBeGreaterThan(0);
    expect(seconds.validate).toBeGreaterThan(0);
  });

  it('ends for a reason, after the iterations, and at once at an optimum', async () => {
    const data = smallData(logistic);
    const ended = await run(numerics, data, logistic, {}, { onEpochEnd: async () => 'enough' });
    expect([ended.stopped, ended.history.length]).toEqual(['enough', 1]);
    const problem = problemFrom(numerics, data, logistic);
    const first = await newton({ maxIterations: 1 }).solve(problem, contextOf(numerics));
    expect([first.stopped, first.history.length]).toEqual(['iterations', 1]);
    await newton().solve(problem, contextOf(numerics));
    const again = await newton().solve(problem, contextOf(numerics));
    expect([again.stopped, again.history.length]).toEqual(['converged', 0]);
    problem.dispose();
  });

  it('hears a signal, keeps the best head and leaves nothing behind', async () => {
    const data = smallData(softmaxCrossEntropy, { rows: 400 });
    const abort = new AbortController();
    const problem = problemFrom(numerics, data, softmaxCrossEntropy, { chunkRows: 50 });
    const bytes = simdBytes();
    let kept = new Float32Array();
    await expectNoLeak(async () => {
      const solving = newton().solve(
        problem,
        contextOf(numerics, {
          signal: abort.signal,
          async onEpochEnd({ epoch }, head) {
            if (epoch === 2) {
              kept = (await head()).weights as Float32Array<ArrayBuffer>;
              abort.abort(new Error('stop'));
            }
            return undefined;
          },
        }),
      );
      await expect(solving).rejects.toThrow('stop');
    });
    expect(simdBytes()).toBe(bytes);
    expect(problem.head.weights).toEqual(kept);
    expect(kept.some((value) => value !== 0)).toBe(true);
    problem.dispose();
  });
});

/** Rows again, as they are listed. */
function pickRows(data: Data, index: readonly number[]): Data {
  const of = (values: Float32Array, width: number) =>
    Float32Array.from({ length: index.length * width }, (_, at) => {
      return values[index[Math.floor(at / width)] * width + (at % width)];
    });
  const { z, targets, width, units } = data;
  return { ...data, z: of(z, width), targets: of(targets, units), rows: index.length };
}

it('refuses what it cannot minimize, and options without sense', () => {
  expect(() => requireLoss(newton(), hinge)).toThrow(
    '`loss` must have a second derivative for newton, as squaredHinge, logistic, softmaxCrossEntropy, meanSquaredError, huber have; adam takes any loss. Received: hinge.',
  );
  expect(() => requireLoss(newton(), squaredHinge)).not.toThrow();
  expect(() => newton({ tolerance: 0 })).toThrow(
    '`tolerance` must be a positive finite number. Received: 0.',
  );
  expect(() => newton({ maxIterations: 1.5 })).toThrow(
    '`maxIterations` must be a whole number, 1 or above. Received: 1.5.',
  );
  expect(newton().config).toEqual({ tolerance: 1e-5, maxIterations: 100 });
});
