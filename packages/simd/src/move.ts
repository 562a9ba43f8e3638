import { nonNegativeInteger } from '@kernel-methods/check';
import { checkSizes } from './checks.ts';
import { GRAIN } from './grain.ts';
import type { Simd } from './simd.ts';

/** Arguments of `copyRowsAt`. */
export interface CopyRowsArguments {
  /** Pointer to the first row. */
  from: number;
  /** Pointer to where the first row goes. Must not overlap the rows. */
  to: number;
  rows: number;
  /** Bytes per row. */
  bytes: number;
  /** Bytes from one row to the next. Default: `bytes`. */
  fromStride?: number;
  toStride?: number;
}

/**
 * Copies rows of bytes from one stride to another, on all threads.
 *
 * @throws RangeError if a size is not a whole number, 0 or above.
 * @example
 * // The first 10 numbers of each of 100 rows of 64.
 * copyRowsAt(simd, { from: x, to: out, rows: 100, bytes: 40, fromStride: 256 });
 */
export function copyRowsAt(simd: Simd, options: CopyRowsArguments): void {
  const { from, to, rows, bytes, fromStride = bytes, toStride = bytes } = options;
  checkSizes({ rows, bytes, fromStride, toStride });
  if (rows * bytes === 0) return;
  const parts = Math.min(simd.partsFor(rows * bytes, 4 * GRAIN), rows);
  simd.run('copyRows', [from, to, rows, bytes, fromStride, toStride], parts);
}

/** Arguments of `gatherAt`. */
export interface GatherArguments {
  /** Pointer to batch × outer × size slices. */
  x: number;
  /** Pointer to batch × count int32 from 0 to size − 1. They are not checked. */
  indices: number;
  /** Pointer to batch × outer × count slices. */
  out: number;
  batch: number;
  outer: number;
  size: number;
  count: number;
  /** Bytes per slice. */
  bytes: number;
}

/**
 * out[b][o][j] = x[b][o][indices[b][j]], slice by slice.
 *
 * @throws RangeError if a size is not a whole number, 0 or above.
 * @example
 * // 3 of 100 rows of 64 numbers.
 * simd.i32(indices, 3).set([5, 0, 99]);
 * gatherAt(simd, { x, indices, out, batch: 1, outer: 1, size: 100, count: 3, bytes: 256 });
 */
export function gatherAt(simd: Simd, options: GatherArguments): void {
  const { x, indices, out, batch, outer, size, count, bytes } = options;
  checkSizes({ batch, outer, size, count, bytes });
  const total = batch * outer * count * bytes;
  if (total === 0) return;
  const args = [x, indices, out, batch, outer, size, count, bytes];
  simd.run('gather', args, simd.partsFor(total, 4 * GRAIN));
}

/** Arguments of `segmentSumAt`. */
export interface SegmentSumArguments {
  /** Pointer to rows × columns float32. */
  x: number;
  /** Pointer to `rows` int32: the segment of each row. Rows whose id is no segment are left out. */
  ids: number;
  /** Pointer to segments × columns float32. */
  out: number;
  rows: number;
  columns: number;
  segments: number;
}

/**
 * out[s] = the sum of the rows x[i] whose ids[i] is s, float32.
 *
 * @throws RangeError if a size is not a whole number, 0 or above.
 * @example
 * segmentSumAt(simd, { x, ids, out, rows: 100, columns: 64, segments: 10 });
 */
export function segmentSumAt(simd: Simd, options: SegmentSumArguments): void {
  const { x, ids, out, rows, columns, segments } = options;
  checkSizes({ rows, columns, segments });
  // Each part adds up columns of its own.
  const parts = Math.min(simd.partsFor(rows * columns, GRAIN), Math.ceil(columns / 16));
  simd.run('segmentSum', [x, ids, out, rows, columns, segments], Math.max(1, parts));
}

/** Four numbers, one per axis. */
export type FourAxes = readonly [number, number, number, number];

/** Arguments of `permuteAt`. */
export interface PermuteArguments {
  /** Pointer to numbers of four bytes. */
  x: number;
  /** Pointer to the result, without gaps. */
  out: number;
  /** The lengths d0 … d3 of the result's axes. */
  lengths: FourAxes;
  /**
   * s0 … s3: elements from one number of `x` to the next along each axis of the result. 0 repeats a
   * number.
   */
  strides: FourAxes;
}

/**
 * out[i][j][k][l] = x[i·s0 + j·s1 + k·s2 + l·s3], numbers of four bytes: transposes, slices and repeats.
 *
 * @throws RangeError if a length or a stride is not a whole number, 0 or above.
 * @example
 * // The transpose of 100×64 numbers.
 * permuteAt(simd, { x, out, lengths: [1, 1, 64, 100], strides: [0, 0, 1, 64] });
 */
export function permuteAt(simd: Simd, { x, out, lengths, strides }: PermuteArguments): void {
  const [d0, d1, d2, d3] = lengths;
  const [s0, s1, s2, s3] = strides;
  // `checkSizes` is not used: an object of names would cost more than the work on a small array.
  nonNegativeInteger('d0', d0);
  nonNegativeInteger('d1', d1);
  nonNegativeInteger('d2', d2);
  nonNegativeInteger('d3', d3);
  nonNegativeInteger('s0', s0);
  nonNegativeInteger('s1', s1);
  nonNegativeInteger('s2', s2);
  nonNegativeInteger('s3', s3);
  const args = [x, out, d0, d1, d2, d3, s0, s1, s2, s3];
  simd.run('permute', args, simd.partsFor(d0 * d1 * d2 * d3, GRAIN));
}
