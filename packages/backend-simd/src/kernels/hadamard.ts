import { type BinaryOperation, binaryAt, cosineAt, hadamardAt } from '@kernel-methods/simd';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../backend.ts';
import { type Override, sizeOf } from './override.ts';

/** The Walsh–Hadamard transform of each row of x [n, p]. tfjs has no such kernel. */
export const walshHadamard: Override<{ x: TensorInfo }> = ({ inputs: { x }, backend }) => {
  const [rows, length] = x.shape;
  checkLength(backend, length);
  const from = backend.pointer(x);
  const { info, pointer } = backend.output(x.shape, 'float32');
  const n = sizeOf(x);
  backend.simd.f32(pointer, n).set(backend.simd.f32(from, n));
  hadamardAt(backend.simd, pointer, rows, length);
  return info;
};

// As many rows at a time as fit into the second cache: 1 MiB.
const TILE = 2 ** 18;

type StructuredInputs = Record<'x' | 'signs' | 'lengths' | 'bias', TensorInfo>;

/**
 * factor·cos(x·W + bias), x·W being lengths × (H·D₃·H·D₂·H·D₁·x), D diagonals of signs: x [n, d],
 * signs [rounds, blocks, p], lengths and bias [D]. tfjs has no such kernel.
 */
export const structuredFeatures: Override<StructuredInputs, { factor?: number } | undefined> = ({
  inputs: { x, signs, lengths, bias },
  attrs,
  backend,
}) => {
  const [n, inputDim] = x.shape;
  const [rounds, blocks, length] = signs.shape;
  checkLength(backend, length);
  const [outputDim, width] = [lengths.shape[0], blocks * length];
  const tile = Math.min(n, Math.ceil(TILE / width));
  const factor = attrs?.factor ?? 1;
  const [px, ps, pl, pb] = [x, signs, lengths, bias].map((tensor) => backend.pointer(tensor));
  const { info, pointer } = backend.output([n, outputDim], 'float32');
  const { simd } = backend;
  const work = backend.temporary(tile * width);
  for (let first = 0; first < n; first += tile) {
    const rows = Math.min(tile, n - first);
    repeat(simd.f32(px + 4 * first * inputDim, rows * inputDim), simd.f32(work, rows * width), {
      inputDim,
      length,
      blocks,
    });
    for (let round = 0; round < rounds; round++) {
      byRow(backend, 'multiply', work, width, ps + 4 * round * width, work, rows, width);
      hadamardAt(simd, work, rows * blocks, length);
    }
    const out = pointer + 4 * first * outputDim;
    byRow(backend, 'multiply', work, width, pl, out, rows, outputDim);
    byRow(backend, 'add', out, outputDim, pb, out, rows, outputDim);
    cosineAt(simd, out, out, rows * outputDim, factor);
  }
  simd.free(work);
  return info;
};

/** Checks the length before anything is allocated. */
const checkLength = ({ simd }: SimdBackend, length: number): void => hadamardAt(simd, 0, 0, length);

/** Each row of x, padded with zeros to `length`, once for each block. */
function repeat(
  x: Float32Array,
  out: Float32Array,
  { inputDim, length, blocks }: { inputDim: number; length: number; blocks: number },
): void {
  if (inputDim < length) out.fill(0);
  for (let from = 0, to = 0; from < x.length; from += inputDim) {
    const row = x.subarray(from, from + inputDim);
    for (let block = 0; block < blocks; block++, to += length) out.set(row, to);
  }
}

/** out[r][c] = a[r][c] (+ or ×) b[c]; rows of a are `ld` apart. */
function byRow(
  { simd }: SimdBackend,
  operation: BinaryOperation,
  a: number,
  ld: number,
  b: number,
  out: number,
  rows: number,
  columns: number,
): void {
  binaryAt(simd, { operation, a, b, out, rows, columns, aRowStep: ld, bRowStep: 0 });
}
