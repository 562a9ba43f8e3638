import { createRandom } from '@kernel-methods/random';
import { describeOnBackends, maxRelativeDifference } from '@kernel-methods/test-utils';
import { expect, it } from 'vitest';
import { dispose, normals } from './fixtures/case.ts';
import type { Numerics } from './numerics.ts';
import { simdNumerics } from './simd-numerics.ts';
import { tfjsNumerics } from './tfjs-numerics.ts';

const [rows, width, units, batch] = [300, 41, 3, 32];

describeOnBackends('the two numerics', () => {
  it.each(['adam', 'descent'])('find the same head by mini-batches, %s', async (method) => {
    const heads = await Promise.all(
      [simdNumerics(), tfjsNumerics()].map((one) => train(one, method)),
    );
    expect(Math.max(...heads[0].map(Math.abs))).toBeGreaterThan(0.05);
    expect(maxRelativeDifference(heads[0], heads[1])).toBeLessThan(1e-4);
  });

  it('sum the same moments', async () => {
    const [a, b] = await Promise.all([simdNumerics(), tfjsNumerics()].map(moments));
    expect(a.weight).toBe(b.weight);
    expect(a.yy).toEqual(b.yy);
    expect(a.yMean).toEqual(b.yMean);
    for (const name of ['zMean', 'zz', 'zy'] as const) {
      expect(maxRelativeDifference(a[name], b[name])).toBeLessThan(1e-6);
    }
  });
});

/** Least squares, the mean over a batch. */
async function train(numerics: Numerics, method: string): Promise<Float32Array> {
  const z = numerics.matrix(normals(rows * width, 'z'), rows, width);
  const y = normals(rows * units, 'y');
  const make = () => numerics.zeros(units, width);
  const [weights, gradient, m, v] = [make(), make(), make(), make()];
  const bias = numerics.zeros(1, units);
  const order = Int32Array.from(createRandom(3).permutation(rows));
  const common = { weights, gradient, learningRate: 0.02, l2: 0.01 };
  for (let step = 1; step <= 40; step++) {
    const from = (step * batch) % (rows - batch);
    const picked = order.subarray(from, from + batch);
    const g = await numerics.scores(z, picked, weights, bias);
    for (let i = 0; i < g.length; i++) {
      g[i] = (g[i] - y[picked[Math.floor(i / units)] * units + (i % units)]) / batch;
    }
    numerics.gradient(z, picked, g, gradient);
    if (method === 'adam') numerics.adamStep({ ...common, m, v, step });
    else numerics.descentStep({ ...common, velocity: m, momentum: 0.9 });
  }
  const head = await numerics.read(weights);
  dispose(z, weights, gradient, m, v, bias);
  return head;
}

async function moments(numerics: Numerics) {
  const z = numerics.matrix(normals(rows * width, 'z'), rows, width);
  const sums = numerics.moments(width, units);
  const weights = normals(rows, 's').map(Math.abs);
  await sums.add(z, { from: 0, count: rows }, normals(rows * units, 'y'), weights);
  z.dispose();
  return sums.take();
}
