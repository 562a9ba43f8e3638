import type { TensorInfo } from '@tensorflow/tfjs-core';
import { binaryAt } from './binary.ts';
import { allFloat, type Override, sameShape } from './override.ts';

/** The sum of tensors of one shape. */
export const addN: Override<TensorInfo[]> = ({ inputs, backend }) => {
  const [first, second, ...others] = inputs;
  if (!second || !allFloat(backend, ...inputs)) return undefined;
  if (!inputs.every((input) => sameShape(input, first))) return undefined;
  const { info, pointer } = backend.output(first.shape, 'float32');
  binaryAt(backend, 'Add', first, second, info, pointer);
  for (const other of others) binaryAt(backend, 'Add', info, other, info, pointer);
  return info;
};
