import type { TensorInfo } from '@tensorflow/tfjs-core';
import { backend_util, util } from '@tensorflow/tfjs-core';
import { allFloat, GRAIN, type Override, sizeOf } from './override.ts';

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
  const parts = backend.simd.partsFor(sizeOf(x), GRAIN);
  backend.simd.run('maxPool', [backend.pointer(x), pointer, ...geometry(pool)], parts);
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
  // A part has whole images: windows of one image may overlap.
  const parts = Math.min(backend.simd.partsFor(sizeOf(input), GRAIN), Math.max(1, pool.batchSize));
  const place = [backend.pointer(input), pointer, ...geometry(pool), backend.pointer(dy)];
  backend.simd.run('maxPoolGrad', place, parts);
  return info;
};

const geometry = (pool: backend_util.Conv2DInfo) => [
  ...[pool.batchSize, pool.inHeight, pool.inWidth, pool.inChannels, pool.outHeight, pool.outWidth],
  ...[pool.filterHeight, pool.filterWidth, pool.strideHeight, pool.strideWidth],
  ...[pool.padInfo.top, pool.padInfo.left],
];

const infoOf = (shape: number[], { filterSize, strides, pad, dimRoundingMode }: Attributes) =>
  backend_util.computePool2DInfo(
    shape as [number, number, number, number],
    filterSize,
    strides,
    1,
    pad,
    dimRoundingMode,
  );
