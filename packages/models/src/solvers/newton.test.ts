import { losses } from '@kernel-methods/losses';
import { createRandom } from '@kernel-methods/random';
import { getSimd } from '@kernel-methods/simd';
import { expectNoLeak } from '@kernel-methods/test-utils';
import { expect, it } from 'vitest';
import { examplesFrom } from '../fixtures/examples-from.ts';
import { simdNumerics } from '../numerics/simd-numerics.ts';
import { newton } from './newton.ts';

const [rows, width, units] = [90, 7, 3];

it.each(losses.filter((loss) => loss.hessianProduct).map((loss) => [loss.name, loss] as const))(
  'brings the gradient near 0: %s',
  async (_, loss) => {
    const { normal, integer } = createRandom(1).stream('rows');
    const z = Float32Array.from({ length: rows * width }, normal);
    const labels = Array.from({ length: rows }, () => integer(units));
    const low = loss.coding === 'one-hot' ? 0 : -1;
    const targets = Float32Array.from({ length: rows * units }, (_, i) =>
      labels[Math.floor(i / units)] === i % units ? 1 : low,
    );
    const numerics = simdNumerics();
    const before = getSimd().memory().blocks;
    await expectNoLeak(async () => {
      const training = examplesFrom(numerics, z, targets, { rows, width, units, chunkRows: 40 });
      const head = { weights: new Float32Array(units * width), bias: new Float32Array(units) };
      const { signal } = new AbortController();
      const { stopped, history } = await newton().solve(
        { training, loss, head, classify: true },
        { numerics, seed: 1, epochs: 1, batchSize: 1, signal },
      );
      training.dispose();
      expect(stopped).toBe('converged');
      expect(history.at(-1)!.gradientNorm).toBeLessThan(1e-5);
    });
    expect(getSimd().memory().blocks).toBeLessThanOrEqual(before + 1);
  },
);
