import { type FourAxes, permuteAt } from '@kernel-methods/simd';
import type { SimdBackend } from '../backend.ts';
import { mergeAxes, walk } from '../broadcast.ts';

/**
 * Fills `out` (contiguous, of `shape`) from numbers of four bytes, with a step of any size along
 * each axis. Transposing, slicing and repeating all use it.
 */
export function permute(
  backend: SimdBackend,
  x: number,
  out: number,
  shape: readonly number[],
  steps: readonly number[],
): void {
  if (shape.includes(0)) return;
  const contiguous = shape.map((_, d) => shape.slice(d + 1).reduce((a, b) => a * b, 1));
  const axes = mergeAxes(shape, [steps, contiguous]);
  const outer = axes.splice(0, Math.max(0, axes.length - 4));
  const inner = [0, 1, 2, 3].map((d) => axes[axes.length - 4 + d] ?? { length: 1, steps: [0, 0] });
  const lengths = inner.map(({ length }) => length) as unknown as FourAxes;
  // A single number has no axis, so any step will do.
  const strides = inner.map((axis) => axis.steps[0]) as unknown as FourAxes;
  walk(outer, 2, ([from, to]) => {
    permuteAt(backend.simd, { x: x + 4 * from, out: out + 4 * to, lengths, strides });
  });
}
