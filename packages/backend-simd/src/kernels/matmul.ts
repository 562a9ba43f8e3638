import {
  isNarrowProduct,
  type MatmulArguments,
  matmulAt,
  matmulBatchAt,
  type PackedMatrix,
  packMatrix,
} from '@kernel-methods/simd';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { broadcast_util, util } from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../backend.ts';
import type { Block } from '../block.ts';
import { activateAt, type Fusion, fusionFor } from './activation.ts';
import { allFloat, type Override } from './override.ts';

interface MatmulAttributes {
  transposeA: boolean;
  transposeB: boolean;
}

export const batchMatMul: Override<{ a: TensorInfo; b: TensorInfo }, MatmulAttributes> = ({
  inputs: { a, b },
  attrs,
  backend,
}) => (allFloat(backend, a, b) ? product(backend, a, b, attrs) : undefined);

type FusedInputs = {
  a: TensorInfo;
  b: TensorInfo;
  bias?: TensorInfo;
  preluActivationWeights?: TensorInfo;
};
type FusedAttributes = MatmulAttributes & { activation: string; leakyreluAlpha?: number };

/** activation(op(a)·op(b) + bias) */
export const fusedMatMul: Override<FusedInputs, FusedAttributes> = ({ inputs, attrs, backend }) => {
  const { a, b, bias, preluActivationWeights: slopes } = inputs;
  const units = b.shape[b.shape.length - (attrs.transposeB ? 2 : 1)];
  const fusion = fusionFor(backend, attrs, units, bias, slopes);
  if (!fusion || !allFloat(backend, a, b)) return undefined;
  const info = product(backend, a, b, attrs, fusion);
  activateAt(backend, fusion, info);
  return info;
};

type CosineInputs = { x: TensorInfo; kernel: TensorInfo; bias: TensorInfo };

/** factor·cos(x·kernel + bias): x [n, d], kernel [d, D], bias [D]. tfjs has no such kernel. */
export const cosineFeatures: Override<CosineInputs, { factor?: number }> = ({
  inputs: { x, kernel, bias },
  attrs: { factor = 1 },
  backend,
}) => {
  const plain = { transposeA: false, transposeB: false };
  const fusion = { bias: backend.pointer(bias), epilogue: 'cosine' as const, factor };
  return product(backend, x, kernel, plain, fusion);
};

function product(
  backend: SimdBackend,
  a: TensorInfo,
  b: TensorInfo,
  { transposeA, transposeB }: MatmulAttributes,
  { bias, epilogue, factor }: Fusion = {},
): TensorInfo {
  const sides = (shape: number[], transposed: boolean) =>
    transposed ? [shape.at(-1)!, shape.at(-2)!] : [shape.at(-2)!, shape.at(-1)!];
  const [m, k] = sides(a.shape, transposeA);
  const [inner, n] = sides(b.shape, transposeB);
  util.assert(
    k === inner,
    () =>
      `Error in matMul: inner shapes (${k}) and (${inner}) of Tensors with shapes ${a.shape} and ` +
      `${b.shape} and transposeA=${transposeA} and transposeB=${transposeB} must match.`,
  );
  const [outerA, outerB] = [a.shape.slice(0, -2), b.shape.slice(0, -2)];
  const outer = broadcast_util.assertAndGetBroadcastShape(outerA, outerB);
  const { info, pointer } = backend.output([...outer, m, n], 'float32');
  const [batchA, batchB] = [util.sizeFromShape(outerA), util.sizeFromShape(outerB)];
  const [pa, block] = [backend.pointer(a), backend.block(b)];
  const shape = { m, n, k, transposeA, transposeB, bias, epilogue, factor };
  if (batchB === 1 && (batchA === 1 || !transposeA)) {
    // With one right operand for all, the batch is just more rows.
    const rows = m * batchA;
    const right = operand(backend, block, shape, rows);
    matmulAt(backend.simd, { ...shape, a: pa, b: right, out: pointer, m: rows });
    return info;
  }
  const batch = Math.max(batchA, batchB);
  if ((batchA === batch || batchA === 1) && (batchB === batch || batchB === 1)) {
    const strides = { strideA: batchA === 1 ? 0 : m * k, strideB: batchB === 1 ? 0 : k * n };
    const at = { a: pa, b: block.pointer, out: pointer };
    matmulBatchAt(backend.simd, { ...shape, ...at, ...strides, batch });
    return info;
  }
  for (let i = 0; i < batch; i++) {
    const at = { a: pa + 4 * (i % batchA) * m * k, b: block.pointer + 4 * (i % batchB) * k * n };
    matmulAt(backend.simd, { ...shape, ...at, out: pointer + 4 * i * m * n });
  }
  return info;
}

// Larger matrices are packed again for each product rather than kept twice.
const LARGEST_KEPT = 2 ** 26;

/** A right operand. If it is used a second time, as frozen weights are, its packed form is kept. */
function operand(
  { simd }: SimdBackend,
  block: Block,
  { k, n, transposeB, epilogue }: Pick<MatmulArguments, 'k' | 'n' | 'transposeB' | 'epilogue'>,
  rows: number,
): number | PackedMatrix {
  const key = `${k} ${n} ${transposeB}`;
  const kept = block.packed.get(key);
  // simd reads the operand of such a product where it lies.
  const narrow = isNarrowProduct({ b: block.pointer, m: rows, n, k, epilogue });
  if (kept && !narrow) return kept;
  // Packing costs k·n steps, the product rows·k·n.
  const dear = k * n > LARGEST_KEPT || rows > 4096;
  if (narrow || dear || k * n === 0 || !block.packed.has(key)) {
    if (!narrow) block.packed.set(key, undefined);
    return block.pointer;
  }
  const matrix = packMatrix(simd, block.pointer, k, n, transposeB);
  block.packed.set(key, matrix);
  return matrix;
}
