import { argExtremeAt, type Reduction, reduceAt } from '@kernel-methods/simd';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { backend_util, util } from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../backend.ts';
import { type Override, sizeOf } from './override.ts';
import { permute } from './permute.ts';

interface ReduceAttributes {
  axis?: number | number[];
  reductionIndices?: number | number[];
  keepDims: boolean;
}

/** A sum, mean, maximum or minimum over axes. */
export function reduction(op: Reduction | 'mean'): Override<{ x: TensorInfo }, ReduceAttributes> {
  return ({ inputs: { x }, attrs, backend }) => {
    const axes = util.parseAxisParam(attrs.axis ?? attrs.reductionIndices!, x.shape);
    const [outShape, reduceShape] = backend_util.computeOutAndReduceShapes(x.shape, axes);
    const count = util.sizeFromShape(reduceShape);
    if (!backend.holds(x, 'float32') || count === 0) return undefined;
    const kept = attrs.keepDims ? backend_util.expandShapeToKeepDim(outShape, axes) : outShape;
    const { info, pointer } = backend.output(kept, 'float32');
    if (sizeOf(info) === 0) return info;
    const { from, layout, release } = arrange(backend, x, axes);
    const [outer, reduced, inner] = layout;
    const what =
      op === 'mean' ? { reduction: 'sum' as const, scale: 1 / count } : { reduction: op };
    reduceAt(backend.simd, { ...what, x: from, out: pointer, outer, reduced, inner });
    release();
    return info;
  };
}

/** The place of the first largest or smallest number along an axis. */
export function argExtreme(smallest: boolean): Override<{ x: TensorInfo }, { axis: number }> {
  return ({ inputs: { x }, attrs: { axis }, backend }) => {
    const axes = util.parseAxisParam(axis, x.shape).slice(0, 1);
    if (!backend.holds(x, 'float32') || axes.length === 0) return undefined;
    const [outShape] = backend_util.computeOutAndReduceShapes(x.shape, axes);
    const columns = x.shape[axes[0]];
    if (columns === 0) return undefined;
    const { info, pointer } = backend.output(outShape, 'int32');
    const rows = sizeOf(info);
    const { from, release } = arrange(backend, x, axes, true);
    argExtremeAt(backend.simd, { x: from, out: pointer, rows, columns, smallest });
    release();
    return info;
  };
}

/** A tensor as outer × reduced × inner, copied into that order if its axes are not adjacent. */
function arrange(backend: SimdBackend, x: TensorInfo, axes: number[], innermost = false) {
  const isReduced = x.shape.map((_, d) => axes.includes(d));
  const long = x.shape.flatMap((length, d) => (length === 1 ? [] : [d]));
  const places = long.flatMap((d, i) => (isReduced[d] ? [i] : []));
  const first = places[0] ?? long.length;
  const last = places.at(-1) ?? long.length - 1;
  const together = last - first + 1 === places.length;
  const length = (part: number[]) => part.reduce((size, d) => size * x.shape[d], 1);
  const pointer = backend.pointer(x);
  if (together && !(innermost && last < long.length - 1)) {
    const layout = [long.slice(0, first), long.slice(first, last + 1), long.slice(last + 1)];
    return { from: pointer, layout: layout.map(length), release: () => {} };
  }
  const kept = long.filter((d) => !isReduced[d]);
  const reduced = long.filter((d) => isReduced[d]);
  const order = [...kept, ...reduced];
  const copy = backend.temporary(sizeOf(x));
  permute(
    backend,
    pointer,
    copy,
    order.map((d) => x.shape[d]),
    order.map((d) => util.sizeFromShape(x.shape.slice(d + 1))),
  );
  const layout = [length(kept), length(reduced), 1];
  return { from: copy, layout, release: () => backend.simd.free(copy) };
}
