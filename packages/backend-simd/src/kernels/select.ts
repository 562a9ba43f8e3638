import { selectAt } from '@kernel-methods/simd';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { type Override, sameShape, sizeOf } from './override.ts';

/** condition ? t : e, number by number, all of one shape. */
export const select: Override<{ condition: TensorInfo; t: TensorInfo; e: TensorInfo }> = ({
  inputs: { condition, t, e },
  backend,
}) => {
  const dtype = t.dtype;
  if (dtype !== 'float32' && dtype !== 'int32') return undefined;
  if (!backend.holds(condition, 'bool') || !backend.holds(t, dtype) || !backend.holds(e, dtype)) {
    return undefined;
  }
  if (!sameShape(condition, t) || !sameShape(t, e)) return undefined;
  const { info, pointer } = backend.output(t.shape, dtype);
  const [mask, a, b] = [condition, t, e].map((input) => backend.pointer(input));
  selectAt(backend.simd, { mask, a, b, out: pointer, n: sizeOf(t) });
  return info;
};
