import { manhattanAt } from '@kernel-methods/simd';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Override } from './override.ts';

/** Σ_k |x[i][k] − y[j][k]| of x [n, d] and y [m, d]: [n, m]. tfjs has no such kernel. */
export const manhattanDistances: Override<{ x: TensorInfo; y: TensorInfo }> = ({
  inputs: { x, y },
  backend,
}) => {
  const [m, d] = x.shape;
  const [n] = y.shape;
  const [px, py] = [backend.pointer(x), backend.pointer(y)];
  const { info, pointer } = backend.output([m, n], 'float32');
  manhattanAt(backend.simd, { x: px, y: py, out: pointer, m, n, d });
  return info;
};
