import { softmaxAt } from '@kernel-methods/simd';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { type Override, sizeOf } from './override.ts';

/** Over the last axis. */
export const softmax: Override<{ logits: TensorInfo }, { dim: number }> = ({
  inputs: { logits },
  attrs: { dim },
  backend,
}) => {
  const last = logits.shape.length - 1;
  if (!backend.holds(logits, 'float32') || (dim !== -1 && dim !== last)) return undefined;
  const columns = logits.shape[last];
  if (last < 0 || columns === 0) return undefined;
  const { info, pointer } = backend.output(logits.shape, 'float32');
  const rows = sizeOf(logits) / columns;
  softmaxAt(backend.simd, { x: backend.pointer(logits), out: pointer, rows, columns });
  return info;
};
