import { patchResponsesAt } from '@kernel-methods/simd';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Override } from './override.ts';

type Inputs = Record<'x' | 'filters' | 'vertical' | 'horizontal', TensorInfo>;

interface Attributes {
  padding: number;
  stride: number;
  threshold: number;
  least: number;
}

/**
 * √max(least, Σ windows · max(0, patch·filter − threshold)): x [n, h, w, c], filters [s, s, c, F],
 * vertical [g, rows], horizontal [k, columns]; to [n, g·k·F]. tfjs has no such kernel.
 */
export const patchResponses: Override<Inputs, Attributes> = ({ inputs, attrs, backend }) => {
  const { x, filters, vertical, horizontal } = inputs;
  const [images, height, width, channels] = x.shape;
  const [size, , , count] = filters.shape;
  const [down, across] = [vertical.shape[0], horizontal.shape[0]];
  const [px, pf, pv, ph] = [x, filters, vertical, horizontal].map((tensor) =>
    backend.pointer(tensor),
  );
  const { info, pointer } = backend.output([images, down * across * count], 'float32');
  patchResponsesAt(backend.simd, {
    ...{ x: px, filters: pf, vertical: pv, horizontal: ph, out: pointer },
    ...{ images, height, width, channels, size, count, down, across },
    ...attrs,
  });
  return info;
};
