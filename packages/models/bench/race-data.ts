import type { Loss } from '@kernel-methods/losses';
import { createRandom } from '@kernel-methods/random';
import { cosineFeaturesAt, getSimd } from '@kernel-methods/simd';
import { loadMnist } from '../../datasets/src/index.ts';
import type { Chunk, Examples } from '../src/data/examples.ts';
import type { Matrix, Numerics } from '../src/numerics/numerics.ts';

export interface Digits {
  readonly z: Matrix;
  readonly labels: Uint8Array;
}

const BLOCK_ROWS = 2000;

/** Rows of MNIST as gaussian features cos(x·W / scale + b) in simd's memory. */
export async function digits(
  numerics: Numerics,
  split: 'train' | 'test',
  {
    width,
    scale,
    rows = Number.POSITIVE_INFINITY,
  }: { width: number; scale: number; rows?: number },
): Promise<Digits> {
  const { x, y } = await loadMnist({ split });
  const count = Math.min(rows, x.shape[0]);
  const pixels = x.shape[1] * x.shape[2];
  const random = createRandom(1).stream('race');
  const w = Float32Array.from({ length: pixels * width }, () => random.normal() / (255 * scale));
  const b = Float32Array.from({ length: width }, () => 2 * Math.PI * random.uniform());
  const z = numerics.zeros(count, width) as Matrix & { pointer: number };
  const simd = getSimd();
  const [block, weights, bias] = [4 * BLOCK_ROWS * pixels, 4 * w.length, 4 * width].map((bytes) =>
    simd.alloc(bytes),
  );
  simd.f32(weights, w.length).set(w);
  simd.f32(bias, width).set(b);
  for (let from = 0; from < count; from += BLOCK_ROWS) {
    const m = Math.min(BLOCK_ROWS, count - from);
    simd.f32(block, m * pixels).set(x.data.subarray(from * pixels, (from + m) * pixels));
    const out = z.pointer + 4 * from * width;
    cosineFeaturesAt(simd, { a: block, b: weights, bias, out, m, n: width, k: pixels });
  }
  for (const pointer of [block, weights, bias]) simd.free(pointer);
  return { z, labels: y.subarray(0, count) };
}

/**
 * The digits with targets for a loss. A call of `chunks` with a batch size returns that number of
 * rows, and the next call the rows after them, in an order that is drawn again when all have been
 * seen.
 */
export function examplesOf({ z, labels }: Digits, loss: Loss, rows = labels.length): Examples {
  const units = 10;
  const off = loss.coding === 'one-hot' ? 0 : -1;
  const targets = new Float32Array(labels.length * units).fill(off);
  labels.forEach((label, row) => {
    targets[row * units + label] = 1;
  });
  let order = new Int32Array();
  let seen = 0;
  return {
    rows,
    width: z.columns,
    units,
    weight: rows,
    async *chunks({ random, batchSize } = {}): AsyncGenerator<Chunk> {
      if (random === undefined) {
        yield { z, picked: { from: 0, count: labels.length }, targets };
        return;
      }
      if (seen + rows > order.length) {
        order = Int32Array.from(random.permutation(labels.length));
        seen = 0;
      }
      const picked = order.subarray(seen, seen + rows);
      if (batchSize !== undefined) seen += rows;
      const own = new Float32Array(picked.length * units);
      picked.forEach((row, i) => {
        own.set(targets.subarray(row * units, (row + 1) * units), i * units);
      });
      yield { z, picked, targets: own };
    },
  };
}
