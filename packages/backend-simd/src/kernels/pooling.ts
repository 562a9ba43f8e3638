import { maxPoolAt, maxPoolGradAt } from '@kernel-methods/simd';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { backend_util, util } from '@tensorflow/tfjs-core';
import { allFloat, type Override } from './override.ts';

interface Attributes {
  filterSize: number | [number, number];
  strides: number | [number, number];
  pad: 'valid' | 'same' | number;
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

export const maxPool: Override<{ x: TensorInfo }, Attributes> = ({
  inputs: { x },
  attrs,
  backend,
}) => {
  if (!allFloat(backend, x)) return undefined;
  const pool = infoOf(x.shape, attrs);
  // As in tfjs's own kernel, whatever the strides and the padding.
  const single = pool.filterHeight === 1 && pool.filterWidth === 1;
  if (single && util.arraysEqual(pool.inShape, pool.outShape)) return backend.share(x);
  const { info, pointer } = backend.output(pool.outShape, 'float32');
  maxPoolAt(backend.simd, { x: backend.pointer(x), out: pointer, ...geometry(pool) });
  return info;
};

export const maxPoolGrad: Override<{ dy: TensorInfo; input: TensorInfo }, Attributes> = ({
  inputs: { dy, input },
  attrs,
  backend,
}) => {
  if (!allFloat(backend, dy, input)) return undefined;
  const pool = infoOf(input.shape, attrs);
  const { info, pointer } = backend.output(input.shape, 'float32');
  const at = { x: backend.pointer(input), dy: backend.pointer(dy), dx: pointer };
  maxPoolGradAt(backend.simd, { ...at, ...geometry(pool) });
  return info;
};

const geometry = (pool: backend_util.Conv2DInfo) => ({
  images: pool.batchSize,
  inHeight: pool.inHeight,
  inWidth: pool.inWidth,
  channels: pool.inChannels,
  outHeight: pool.outHeight,
  outWidth: pool.outWidth,
  filterHeight: pool.filterHeight,
  filterWidth: pool.filterWidth,
  strideHeight: pool.strideHeight,
  strideWidth: pool.strideWidth,
  padTop: pool.padInfo.top,
  padLeft: pool.padInfo.left,
});

/** @throws RangeError if the window is wider than the image, padding included. */
function infoOf(
  shape: number[],
  { filterSize, strides, pad, dimRoundingMode }: Attributes,
): backend_util.Conv2DInfo {
  const info = backend_util.computePool2DInfo(
    shape as [number, number, number, number],
    filterSize,
    strides,
    1,
    pad,
    dimRoundingMode,
  );
  if (info.outHeight > 0 && info.outWidth > 0) return info;
  const { filterHeight, filterWidth, inHeight, inWidth } = info;
  throw new RangeError(
    `\`filterSize\` must be no larger than the images with their padding, ${inHeight} × ${inWidth} without. Received: ${filterHeight} × ${filterWidth}.`,
  );
}
