import { cosineAt } from '@kernel-methods/simd';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../backend.ts';
import { GRAIN, type Override, sizeOf } from './override.ts';

/** The operations of simd's kernel `unary`, in its order, by tfjs's names. */
export const unaryOps = [
  ...['Abs', 'Neg', 'Square', 'Sqrt', 'Rsqrt', 'Reciprocal', 'Relu', 'Relu6', 'Step', 'Sign'],
  ...['Floor', 'Ceil', 'ClipByValue', 'LeakyRelu', 'Exp', 'Expm1', 'Log', 'Log1p', 'Sigmoid'],
  ...['Tanh', 'Softplus', 'Elu', 'Sin', 'Cos'],
];
const dear = unaryOps.indexOf('Exp');

/** One number in, one out. The attributes of some are the kernel's two parameters. */
export function unary(name: string, ...parameters: string[]): Override<{ x: TensorInfo }> {
  return ({ inputs: { x }, attrs, backend }) => {
    if (!backend.holds(x, 'float32')) return undefined;
    const { info, pointer } = backend.output(x.shape, 'float32');
    const [p = 0, q = 0] = parameters.map((key) => attrs[key] as number);
    unaryAt(backend, name, backend.pointer(x), pointer, sizeOf(x), p, q);
    return info;
  };
}

/** The faster cosine, which random features are made with: within 2e-6. */
export const cos: Override<{ x: TensorInfo }> = ({ inputs: { x }, backend }) => {
  if (!backend.holds(x, 'float32')) return undefined;
  const { info, pointer } = backend.output(x.shape, 'float32');
  cosineAt(backend.simd, backend.pointer(x), pointer, sizeOf(x));
  return info;
};

/** out = f(x), n numbers; out may be x. */
export function unaryAt(
  backend: SimdBackend,
  name: string,
  x: number,
  out: number,
  n: number,
  p = 0,
  q = 0,
): void {
  const op = unaryOps.indexOf(name);
  const parts = backend.simd.partsFor(n, op < dear ? GRAIN : GRAIN / 4);
  backend.simd.run('unary', [op, x, out, n, p, q], parts, { inPlace: x === out });
}
