import * as check from '@kernel-methods/check';
import { createRandom } from '@kernel-methods/random';
import { fail } from './check.ts';
import { rowsOf } from './points.ts';
import { shuffleRows } from './shuffle-rows.ts';
import type { ClassData } from './types.ts';

export interface BlobsOptions {
  rows: number;
  /** The number of blobs, or their centres. Default 3. */
  centers?: number | readonly (readonly number[])[];
  /** The number of columns, if the centres are not given. Default 2. */
  columns?: number;
  /** Standard deviation of each blob. Default 1. */
  noise?: number;
  /** Default 0. */
  seed?: number;
}

/**
 * Isotropic normal blobs, as scikit-learn's `make_blobs`: centres uniform in [−10, 10] unless
 * given, one class per centre.
 *
 * @throws RangeError unless there are 1 … 256 centres of equal length, `rows` ≥ the number of
 *   centres, `columns` ≥ 1 and `noise` ≥ 0.
 *
 * @example
 * const { x, y } = blobs({ rows: 300, centers: 3, seed: 1 }); // x.shape: [300, 2]
 */
export function blobs(options: BlobsOptions): ClassData {
  const { rows, centers = 3, columns = 2, noise = 1, seed = 0 } = options;
  const random = createRandom(seed);
  const at = typeof centers === 'number' ? draw(centers, columns) : given(centers);
  if (at.length > 256) fail('centers', '256 or fewer', at.length);
  check.integerBetween('rows', rows, at.length);
  check.nonNegativeFinite('noise', noise);

  const width = at[0].length;
  const data = new Float32Array(rows * width);
  const y = new Uint8Array(rows);
  const { normal } = random.stream('noise');
  let row = 0;
  for (const [label, center] of at.entries()) {
    const end = row + rowsOf(at.length, rows, label);
    for (; row < end; row++) {
      for (let j = 0; j < width; j++) data[row * width + j] = center[j] + noise * normal();
      y[row] = label;
    }
  }
  const classNames = at.map((_, label) => String(label));
  return shuffleRows({ x: { data, shape: [rows, width] }, y, classNames }, { seed });

  function draw(count: number, length: number): number[][] {
    check.positiveInteger('centers', count);
    check.positiveInteger('columns', length);
    const { uniform } = random.stream('centers');
    const center = () => Array.from({ length }, () => 20 * uniform() - 10);
    return Array.from({ length: Math.min(count, 257) }, center);
  }
}

function given(centers: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const length = Array.isArray(centers) ? centers[0]?.length : undefined;
  const equal = (center: readonly number[]) =>
    Array.isArray(center) && center.length === length && center.every(Number.isFinite);
  if (!length || !centers.every(equal)) {
    fail('centers', 'a number, or one or more lists of equally many finite numbers', centers);
  }
  return centers;
}
