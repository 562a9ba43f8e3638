import { bytesPerNumber, gatherAt, segmentSumAt } from '@kernel-methods/simd';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { backend_util, util } from '@tensorflow/tfjs-core';
import { isNumeric } from '../block.ts';
import { type Override, sizeOf } from './override.ts';

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
  if (sizeOf(info) === 0) return info;
  gatherAt(backend.simd, {
    ...{ x: backend.pointer(x), indices: block.pointer, out: pointer },
    ...{ batch: batchSize, outer: outerSize, size: dimSize, count: sizeOf(indices) / batchSize },
    bytes: sliceSize * bytesPerNumber(x.dtype),
  });
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
  const at = { x: backend.pointer(x), ids: backend.pointer(segmentIds), out: pointer };
  segmentSumAt(backend.simd, { ...at, rows: x.shape[0], columns, segments: numSegments });
  return info;
};
