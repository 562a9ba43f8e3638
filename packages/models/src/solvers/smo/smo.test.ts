import { hinge, squaredHinge } from '@kernel-methods/losses';
import { maxAbsDifference } from '@kernel-methods/test-utils';
import { describe, expect, it } from 'vitest';
import { describeOnNumerics } from '../../fixtures/describe-on-numerics.ts';
import { contextOf, problemFrom, simdBytes, smallData } from '../fixtures/small-problem.ts';
import { smo } from './smo.ts';

describeOnNumerics('smo', (numerics) => {
  const solved = async (
    data: ReturnType<typeof smallData>,
    options: Parameters<typeof problemFrom>[3] = {},
    context = {},
  ) => {
    const problem = problemFrom(numerics, data, hinge, options);
    try {
      const solution = await smo({ tolerance: 1e-5 }).solve(problem, contextOf(numerics, context));
      return { ...solution, head: problem.head };
    } finally {
      problem.dispose();
    }
  };

  for (const weighted of [false, true]) {
    it(`closes the gap between primal and dual, ${weighted ? 'with' : 'without'} weights`, async () => {
      const data = smallData(hinge, { weighted });
      const l2 = 0.05;
      const { head, history, dualGap, stopped, supportVectors } = await solved(data, { l2 });
      const square = head.weights.reduce((sum, w) => sum + w * w, 0);
      const objective = history[0].loss + (l2 / 2) * square;
      expect(stopped).toBe('converged');
      expect(dualGap).toBeLessThan(1e-4 * objective);
      expect(supportVectors).toBeGreaterThan(3);
      // No head nearby is better, but for rounding: the objective is convex.
      for (let i = 0; i < head.weights.length; i += 2) {
        for (const step of [-0.05, 0.05]) {
          const other = { weights: head.weights.slice(), bias: head.bias };
          other.weights[i] += step;
          expect(objectiveOf(data, other, l2)).toBeGreaterThan(objective - 1e-5);
        }
      }
    });
  }

  it('weighs a row k times as k rows do, in whatever chunks they come', async () => {
    const { z, targets, width, units, rows } = smallData(hinge);
    const weights = Float32Array.from({ length: rows }, (_, i) => i % 3);
    const times = (values: Float32Array, size: number) =>
      Float32Array.from(
        Array.from({ length: rows }, (_, i) =>
          new Array(weights[i]).fill([...values.subarray(i * size, (i + 1) * size)]).flat(),
        ).flat(),
      );
    const repeated = {
      ...{ z: times(z, width), targets: times(targets, units), width, units, weights: undefined },
      rows: weights.reduce((a, b) => a + b),
    };
    const once = await solved(
      { z, targets, width, units, rows, weights },
      { l2: 0.1, chunkRows: 7 },
    );
    const often = await solved(repeated, { l2: 0.1 });
    expect(maxAbsDifference(once.head.weights, often.head.weights)).toBeLessThan(1e-3);
    expect(maxAbsDifference(once.head.bias, often.head.bias)).toBeLessThan(1e-3);
  });

  it('chooses C by cross-validation, the same each time', async () => {
    const data = smallData(hinge);
    const [a, b] = [await solved(data), await solved(data)];
    expect(a.l2).toBe(b.l2);
    expect(a.head).toEqual(b.head);
    expect(a.l2).toBeGreaterThan(0);
  });

  it('frees what it holds, also when it is aborted', async () => {
    const before = simdBytes();
    await solved(smallData(hinge), { l2: 1 });
    const controller = new AbortController();
    const onProgress = ({ phase }: { phase: string }) => {
      if (phase === 'solve') controller.abort(new Error('enough'));
    };
    const { signal } = controller;
    await expect(solved(smallData(hinge), { l2: 1 }, { signal, onProgress })).rejects.toThrow(
      'enough',
    );
    expect(simdBytes()).toBe(before);
  });

  it('refuses other losses, and no penalty', async () => {
    const data = smallData(squaredHinge);
    const problem = problemFrom(numerics, data, squaredHinge);
    expect(() => smo().solve(problem, contextOf(numerics))).toThrow(
      "`loss` must be hinge with the solver 'smo'. Received: squaredHinge.",
    );
    problem.dispose();
    await expect(solved(smallData(hinge), { l2: 0 })).rejects.toThrow('`l2` must be above 0');
  });
});

describe('the options of smo', () => {
  it('are checked', () => {
    expect(() => smo({ tolerance: 0 })).toThrow('`tolerance` must be a positive finite number');
    expect(() => smo({ maxStepsPerRow: 0.5 })).toThrow('`maxStepsPerRow` must be a whole number');
  });
});

/** The mean loss and the penalty, row by row. */
function objectiveOf(
  { z, targets, rows, width, units, weights }: ReturnType<typeof smallData>,
  head: { weights: Float32Array; bias: Float32Array },
  l2: number,
): number {
  let sum = 0;
  let weight = 0;
  for (let row = 0; row < rows; row++) {
    const s = weights?.[row] ?? 1;
    weight += s;
    for (let unit = 0; unit < units; unit++) {
      let f = head.bias[unit];
      for (let k = 0; k < width; k++) f += head.weights[unit * width + k] * z[row * width + k];
      sum += (s * Math.max(0, 1 - targets[row * units + unit] * f)) / units;
    }
  }
  return sum / weight + (l2 / 2) * head.weights.reduce((square, w) => square + w * w, 0);
}
