import { cosineAt, type UnaryOperation, unaryAt } from '@kernel-methods/simd';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { type Override, sizeOf } from './override.ts';

/** One number in, one out. `parameters` are the attributes that the operation takes as `p` and `q`. */
export function unary(
  operation: UnaryOperation,
  ...parameters: string[]
): Override<{ x: TensorInfo }> {
  return ({ inputs: { x }, attrs, backend }) => {
    if (!backend.holds(x, 'float32')) return undefined;
    const { info, pointer } = backend.output(x.shape, 'float32');
    const [p = 0, q = 0] = parameters.map((key) => attrs[key] as number);
    unaryAt(backend.simd, { operation, x: backend.pointer(x), out: pointer, n: sizeOf(x), p, q });
    return info;
  };
}

/** The faster of simd's two cosines: within 3e-7. */
export const cos: Override<{ x: TensorInfo }> = ({ inputs: { x }, backend }) => {
  if (!backend.holds(x, 'float32')) return undefined;
  const { info, pointer } = backend.output(x.shape, 'float32');
  cosineAt(backend.simd, backend.pointer(x), pointer, sizeOf(x));
  return info;
};
