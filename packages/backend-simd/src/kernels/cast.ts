import { convertAt } from '@kernel-methods/simd';
import type { DataType, TensorInfo } from '@tensorflow/tfjs-core';
import { isNumeric } from '../block.ts';
import { type Override, sizeOf } from './override.ts';

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
  const types = { from: block.dtype, to: dtype };
  convertAt(backend.simd, { x: block.pointer, out: pointer, n: sizeOf(x), ...types });
  return info;
};
