import type { TensorInfo } from '@tensorflow/tfjs-core';
import { GRAIN, type Override, sizeOf } from './override.ts';

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
  const n = sizeOf(logits);
  const parts = backend.simd.partsFor(n, GRAIN / 8);
  backend.simd.run('softmax', [backend.pointer(logits), pointer, n / columns, columns], parts);
  return info;
};
