import { sparseProductAt } from '@kernel-methods/simd';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { type Override, sizeOf } from './override.ts';

type Inputs = { indptr: TensorInfo; indices: TensorInfo; values: TensorInfo; matrix: TensorInfo };

/**
 * Sparse rows times a matrix, for `sparseMatMul` of @kernel-methods/features. Its inputs are made
 * there, so only the columns are checked: they are where the matrix is read.
 */
export const sparseMatMul: Override<Inputs> = ({ inputs, backend }) => {
  const { indptr, indices, values, matrix } = inputs;
  const [features, units] = matrix.shape;
  const count = sizeOf(indptr) - 1;
  for (const index of backend.block(indices).values) {
    if (index >= 0 && index < features) continue;
    throw new RangeError(`\`indices\` must be below ${features}. Received: ${index}.`);
  }
  const at = {
    indptr: backend.pointer(indptr),
    indices: backend.pointer(indices),
    values: backend.pointer(values),
    w: backend.pointer(matrix),
  };
  const { info, pointer } = backend.output([count, units], 'float32');
  const sizes = { count, features, units, numbers: sizeOf(indices) };
  sparseProductAt(backend.simd, { ...at, ...sizes, out: pointer });
  return info;
};
