import type { SparseRows } from '@kernel-methods/tables';
import type { Examples } from '../../data/examples.ts';
import { countOf, type Numerics } from '../../numerics/numerics.ts';
import { readPicked } from '../../numerics/read-picked.ts';
import { eventLoopYielder } from '../../runtime/event-loop-yielder.ts';

/** All rows together, without their zeros, with their targets and weights. */
export interface AllRows extends SparseRows {
  /** Row-major, `rows × units`. */
  readonly targets: Float32Array;
  /** One weight per row. */
  readonly weights: Float32Array;
}

/** @throws the signal's reason when aborted. */
export async function allRows(
  examples: Examples,
  numerics: Numerics,
  signal: AbortSignal,
): Promise<AllRows> {
  const { rows, width, units } = examples;
  const targets = new Float32Array(rows * units);
  const weights = new Float32Array(rows).fill(1);
  const indptr = new Uint32Array(rows + 1);
  const parts: { indices: Uint32Array; values: Float32Array }[] = [];
  const turns = eventLoopYielder();
  let row = 0;
  for await (const { z, picked, ...chunk } of examples.chunks()) {
    const count = countOf(picked);
    const part = z.take
      ? z.take(picked)
      : withoutZeros(await readPicked(numerics, z, picked), width);
    parts.push(part);
    for (let i = 1; i <= count; i++) indptr[row + i] = indptr[row] + part.indptr[i];
    targets.set(chunk.targets, row * units);
    if (chunk.weights !== undefined) weights.set(chunk.weights, row);
    row += count;
    if (turns.isDue()) await turns.take();
    signal.throwIfAborted();
  }
  const indices = new Uint32Array(indptr[rows]);
  const values = new Float32Array(indptr[rows]);
  let at = 0;
  for (const part of parts) {
    indices.set(part.indices, at);
    values.set(part.values, at);
    at += part.values.length;
  }
  return { indptr, indices, values, shape: [rows, width], targets, weights };
}

function withoutZeros(z: Float32Array, width: number) {
  let numbers = 0;
  for (let at = 0; at < z.length; at++) if (z[at] !== 0) numbers++;
  const indptr = new Uint32Array(z.length / width + 1);
  const indices = new Uint32Array(numbers);
  const values = new Float32Array(numbers);
  for (let at = 0, to = 0; at < z.length; at++) {
    if (z[at] !== 0) {
      indices[to] = at % width;
      values[to++] = z[at];
    }
    if ((at + 1) % width === 0) indptr[(at + 1) / width] = to;
  }
  return { indptr, indices, values };
}
