import { createRandom } from '@kernel-methods/random';
import { atOnce } from '@kernel-methods/simd';
import { describe, expect, it } from 'vitest';
import { type DualProblem, dualSteps } from './dual-problem.ts';

const limits = { tolerance: 1e-6, maxSteps: 100_000 };

/** Rows that overlap, with weights, one of them 0. */
function overlapping(rows: number, width: number, c: number, seed = 1) {
  const random = createRandom(seed);
  const y = Float32Array.from({ length: rows }, (_, i) => (i % 3 === 0 ? 1 : -1));
  const z = Array.from({ length: rows }, (_, i) =>
    Array.from({ length: width }, () => 0.6 * y[i] + random.normal()),
  );
  const gram = new Float32Array(rows * rows);
  z.forEach((a, i) => {
    z.forEach((b, j) => {
      gram[i * rows + j] = a.reduce((sum, value, k) => sum + value * b[k], 0);
    });
  });
  const bounds = Float64Array.from({ length: rows }, (_, i) => (c * (i % 5)) / 2);
  return { z, problem: { gram, y, bounds } satisfies DualProblem };
}

/** The primal by subgradient descent with ever smaller steps: slow, and of another kind. */
function descended({ z, problem: { y, bounds } }: ReturnType<typeof overlapping>) {
  const width = z[0].length;
  const objective = (w: number[], b: number) =>
    w.reduce((sum, v) => sum + v * v, 0) / 2 +
    z.reduce((sum, row, i) => {
      const f = row.reduce((s, v, k) => s + v * w[k], b);
      return sum + bounds[i] * Math.max(0, 1 - y[i] * f);
    }, 0);
  let w = new Array<number>(width).fill(0);
  let b = 0;
  let best = objective(w, b);
  for (let step = 1; step <= 60_000; step++) {
    const g = [...w];
    let gb = 0;
    z.forEach((row, i) => {
      const f = row.reduce((s, v, k) => s + v * w[k], b);
      if (y[i] * f >= 1) return;
      row.forEach((v, k) => {
        g[k] -= bounds[i] * y[i] * v;
      });
      gb -= bounds[i] * y[i];
    });
    const eta = 0.5 / (step + 100);
    w = w.map((v, k) => v - eta * g[k]);
    b -= (eta * gb) / 10;
    best = Math.min(best, objective(w, b));
  }
  return { best, objective };
}

describe('dualSteps', () => {
  it('finds the minimum that subgradient descent comes near', () => {
    const data = overlapping(40, 3, 0.5);
    const { beta, bias, converged } = atOnce(dualSteps(data.problem, limits));
    const w = [0, 1, 2].map((k) => data.z.reduce((sum, row, i) => sum + beta[i] * row[k], 0));
    const { best, objective } = descended(data);
    expect(converged).toBe(true);
    const found = objective(w, bias);
    expect(found).toBeLessThanOrEqual(best * (1 + 1e-6));
    expect(found).toBeGreaterThan(best * 0.99);
  });

  it('keeps the bounds, the sum and the optimality conditions', () => {
    const { problem } = overlapping(60, 4, 2, 5);
    const { beta, residuals, bias } = atOnce(dualSteps(problem, limits));
    const { y, bounds, gram } = problem;
    expect(beta.reduce((a, b) => a + b)).toBeCloseTo(0, 8);
    beta.forEach((value, i) => {
      expect(value * y[i]).toBeGreaterThanOrEqual(0);
      expect(Math.abs(value)).toBeLessThanOrEqual(bounds[i]);
      const f = beta.reduce((sum, b, j) => sum + b * gram[i * y.length + j], 0);
      expect(residuals[i]).toBeCloseTo(y[i] - f, 4);
      const margin = y[i] * (f + bias);
      if (bounds[i] === 0) return;
      if (value === 0) expect(margin).toBeGreaterThan(1 - 1e-4);
      else if (Math.abs(value) === bounds[i]) expect(margin).toBeLessThan(1 + 1e-4);
      else expect(margin).toBeCloseTo(1, 4);
    });
  });

  it('ends where rows are the same, of one class, or told to', () => {
    const gram = new Float32Array(16).fill(1);
    const bounds = [1, 1, 1, 1];
    const same = atOnce(dualSteps({ gram, y: [1, -1, 1, -1], bounds }, limits));
    expect(same.converged).toBe(true);
    expect(Array.from(same.beta)).toEqual([1, -1, 1, -1]);
    const alone = atOnce(dualSteps({ gram, y: [-1, -1, -1, -1], bounds }, limits));
    expect(alone).toMatchObject({ bias: -1, steps: 0, converged: true });
    const { problem } = overlapping(60, 4, 2, 5);
    expect(atOnce(dualSteps(problem, { ...limits, maxSteps: 3 }))).toMatchObject({
      steps: 3,
      converged: false,
    });
  });
});
