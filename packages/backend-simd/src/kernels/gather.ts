import type { TensorInfo } from '@tensorflow/tfjs-core';
import { backend_util, util } from '@tensorflow/tfjs-core';
import { bytesPerNumber, isNumeric } from '../block.ts';
import { GRAIN, type Override, sizeOf } from './override.ts';

type GatherInputs = { x: TensorInfo; indices: TensorInfo };

export const gather: Override<GatherInputs, { axis: number; batchDims: number }> = ({
  inputs: { x, indices },
  attrs: { axis, batchDims },
  backend,
}) => {
  if (!isNumeric(x.dtype) || !backend.holds(x, x.dtype) || !backend.holds(indices, 'int32')) {
    return undefined;
  }
  const along = util.parseAxisParam(axis, x.shape)[0];
  const block = backend.block(indices);
  const bound = x.shape[along] - 1;
  for (const index of block.values) {
    util.assert(
      index <= bound && index >= 0,
      () => `GatherV2: the index value ${index} is not in [0, ${bound}]`,
    );
  }
  const { batchSize, outerSize, dimSize, sliceSize, outputShape } =
    backend_util.segment_util.collectGatherOpShapeInfo(
      x as never,
      indices as never,
      along,
      batchDims ?? 0,
    );
  const { info, pointer } = backend.output(outputShape, x.dtype);
  const n = sizeOf(info);
  if (n === 0) return info;
  const perBatch = sizeOf(indices) / batchSize;
  const bytes = sliceSize * bytesPerNumber(x.dtype);
  const pointers = [backend.pointer(x), block.pointer, pointer];
  const { simd } = backend;
  simd.run(
    'gather',
    [...pointers, batchSize, outerSize, dimSize, perBatch, bytes],
    simd.partsFor(n, GRAIN),
  );
  return info;
};

/** The gradient of gathering: rows that share an id are added. */
export const unsortedSegmentSum: Override<
  { x: TensorInfo; segmentIds: TensorInfo },
  { numSegments: number }
> = ({ inputs: { x, segmentIds }, attrs: { numSegments }, backend }) => {
  if (!backend.holds(x, 'float32') || !backend.holds(segmentIds, 'int32')) return undefined;
  if (segmentIds.shape.length !== 1 || x.shape.length === 0) return undefined;
  const rest = x.shape.slice(1);
  const columns = util.sizeFromShape(rest);
  const { info, pointer } = backend.output([numSegments, ...rest], 'float32');
  const pointers = [backend.pointer(x), backend.pointer(segmentIds), pointer];
  const { simd } = backend;
  // Each part adds up columns of its own.
  const parts = Math.min(simd.partsFor(sizeOf(x), GRAIN), Math.ceil(columns / 16));
  const size = [x.shape[0], columns, numSegments];
  simd.run('segmentSum', [...pointers, ...size], Math.max(1, parts));
  return info;
};
