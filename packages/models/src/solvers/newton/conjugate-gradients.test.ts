import { createRandom } from '@kernel-methods/random';
import { expect, it } from 'vitest';
import { BlockVector } from './block-vector.ts';
import { conjugateGradients } from './conjugate-gradients.ts';

const layout = new BlockVector(2, 4, true);
const { normal } = createRandom(3);
const factors = [0, 1].map(() => Float64Array.from({ length: 25 }, normal));

/** Two blocks of five, each with a positive definite matrix of its own. */
const multiply = async (v: Float64Array) => {
  const out = layout.vector();
  factors.forEach((a, block) => {
    const part = v.subarray(5 * block, 5 * block + 5);
    const inner = Array.from({ length: 5 }, (_, i) =>
      part.reduce((sum, x, j) => sum + a[5 * i + j] * x, 0),
    );
    for (let j = 0; j < 5; j++) {
      const sum = inner.reduce((total, x, i) => total + a[5 * i + j] * x, 0);
      out[5 * block + j] = sum + 0.1 * part[j];
    }
  });
  return out;
};
const gradient = Float64Array.from({ length: 10 }, normal);
const identity = async (v: Float64Array) => v.slice();

it('solves each block in as many steps as it has numbers', async () => {
  let products = 0;
  const x = await conjugateGradients({
    layout,
    gradient,
    targets: Float64Array.of(1e-9, 1e-9),
    maxIterations: 12,
    multiply(v) {
      products++;
      return multiply(v);
    },
    precondition: identity,
  });
  (await multiply(x)).forEach((value, i) => {
    expect(value).toBeCloseTo(-gradient[i], 8);
  });
  expect(products).toBeLessThan(9);
});

it('leaves a block at 0 that is good enough from the start, and the other does not mind', async () => {
  const options = { layout, gradient, maxIterations: 12, multiply, precondition: identity };
  const both = await conjugateGradients({ ...options, targets: Float64Array.of(1e-9, 1e-9) });
  const one = await conjugateGradients({ ...options, targets: Float64Array.of(1e9, 1e-9) });
  expect(one.subarray(0, 5)).toEqual(new Float64Array(5));
  one.subarray(5).forEach((value, i) => {
    expect(value).toBeCloseTo(both[5 + i], 8);
  });
});

it('ends where there is no curvature', async () => {
  const x = await conjugateGradients({
    layout,
    gradient,
    targets: Float64Array.of(0, 0),
    maxIterations: 5,
    multiply: async () => layout.vector(),
    precondition: identity,
  });
  expect(x).toEqual(layout.vector());
});
