import type { TensorInfo } from '@tensorflow/tfjs-core';
import { broadcastBinary } from './binary.ts';
import { allFloat, type Override, sameShape } from './override.ts';

/** The sum of tensors of one shape. */
export const addN: Override<TensorInfo[]> = ({ inputs, backend }) => {
  const [first, second, ...others] = inputs;
  if (!second || !allFloat(backend, ...inputs)) return undefined;
  if (!inputs.every((input) => sameShape(input, first))) return undefined;
  const { info, pointer } = backend.output(first.shape, 'float32');
  broadcastBinary(backend, 'add', first, second, info, pointer);
  for (const other of others) broadcastBinary(backend, 'add', info, other, info, pointer);
  return info;
};
