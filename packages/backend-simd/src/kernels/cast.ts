import type { DataType, TensorInfo } from '@tensorflow/tfjs-core';
import { isNumeric, numericTypes } from '../block.ts';
import { GRAIN, type Override, sizeOf } from './override.ts';

/** Always converts: a float32 tensor never lies on int32 numbers, as in tfjs's own kernel. */
export const cast: Override<{ x: TensorInfo }, { dtype: DataType }> = ({
  inputs: { x },
  attrs: { dtype },
  backend,
}) => {
  if (!isNumeric(x.dtype) || !isNumeric(dtype)) return undefined;
  const block = backend.block(x);
  if (block.dtype === dtype) return { ...backend.share(x), dtype };
  const { info, pointer } = backend.output(x.shape, dtype);
  const types = [block.dtype, dtype].map((type) => numericTypes.indexOf(type));
  const { simd } = backend;
  const n = sizeOf(x);
  simd.run('convert', [block.pointer, pointer, n, ...types], simd.partsFor(n, GRAIN));
  return info;
};
