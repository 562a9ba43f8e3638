import { bytesPerNumber, copyRowsAt, fillAt, type NumberType } from '@kernel-methods/simd';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { backend_util, slice_util, util } from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../backend.ts';
import { type Override, sizeOf } from './override.ts';
import { permute } from './permute.ts';

const strides = (shape: readonly number[]) =>
  shape.map((_, d) => util.sizeFromShape(shape.slice(d + 1)));

/** The type of a tensor if its numbers have four bytes. */
function wordType(backend: SimdBackend, x: TensorInfo): NumberType | undefined {
  if (x.dtype !== 'float32' && x.dtype !== 'int32') return undefined;
  return backend.holds(x, x.dtype) ? x.dtype : undefined;
}

export const transpose: Override<{ x: TensorInfo }, { perm: number[] }> = ({
  inputs: { x },
  attrs: { perm },
  backend,
}) => {
  const dtype = wordType(backend, x);
  if (!dtype) return undefined;
  const steps = strides(x.shape);
  const shape = perm.map((d) => x.shape[d]);
  const { info, pointer } = backend.output(shape, dtype);
  const along = perm.map((d) => steps[d]);
  permute(backend, backend.pointer(x), pointer, shape, along);
  return info;
};

type SliceAttributes = { begin: number | number[]; size: number | number[] };

export const slice: Override<{ x: TensorInfo }, SliceAttributes> = ({
  inputs: { x },
  attrs,
  backend,
}) => {
  const dtype = wordType(backend, x);
  if (!dtype) return undefined;
  const [begin, size] = slice_util.parseSliceParams(x as never, attrs.begin, attrs.size);
  slice_util.assertParamsValid(x as never, begin, size);
  return sliceOf(backend, x, dtype, begin, size);
};

function sliceOf(
  backend: SimdBackend,
  x: TensorInfo,
  dtype: NumberType,
  begin: number[],
  size: number[],
): TensorInfo {
  const steps = strides(x.shape);
  const start = begin.reduce((sum, at, d) => sum + at * steps[d], 0);
  const { info, pointer } = backend.output(size, dtype);
  permute(backend, backend.pointer(x) + 4 * start, pointer, size, steps);
  return info;
}

export const splitV: Override<
  { x: TensorInfo },
  { numOrSizeSplits: number[] | number; axis: number }
> = ({ inputs: { x }, attrs: { numOrSizeSplits, axis }, backend }) => {
  const dtype = wordType(backend, x);
  if (!dtype) return undefined;
  const along = util.parseAxisParam(axis, x.shape)[0];
  const sizes = backend_util.prepareSplitSize(x as never, numOrSizeSplits, along);
  let at = 0;
  return sizes.map((length) => {
    const pick = (value: number, other: (d: number) => number) =>
      x.shape.map((_, d) => (d === along ? value : other(d)));
    const begin = pick(at, () => 0);
    at += length;
    return sliceOf(
      backend,
      x,
      dtype,
      begin,
      pick(length, (d) => x.shape[d]),
    );
  });
};

export const tile: Override<{ x: TensorInfo }, { reps: number[] }> = ({
  inputs: { x },
  attrs: { reps },
  backend,
}) => {
  const dtype = wordType(backend, x);
  if (!dtype || reps.length !== x.shape.length) return undefined;
  const steps = strides(x.shape);
  const { info, pointer } = backend.output(
    x.shape.map((length, d) => length * reps[d]),
    dtype,
  );
  // Each axis becomes two: the repetitions, whose step is 0, and the axis itself.
  const shape = x.shape.flatMap((length, d) => [reps[d], length]);
  permute(
    backend,
    backend.pointer(x),
    pointer,
    shape,
    steps.flatMap((step) => [0, step]),
  );
  return info;
};

export const concat: Override<TensorInfo[], { axis: number }> = ({
  inputs,
  attrs: { axis },
  backend,
}) => {
  const dtype = wordType(backend, inputs[0]);
  if (!dtype || !inputs.every((input) => backend.holds(input, dtype))) return undefined;
  const along = util.parseAxisParam(axis, inputs[0].shape)[0];
  const shapes = inputs.map(({ shape }) => shape);
  backend_util.assertParamsConsistent(shapes, along);
  const shape = backend_util.computeOutShape(shapes, along);
  const { info, pointer } = backend.output(shape, dtype);
  const rows = util.sizeFromShape(shape.slice(0, along));
  const stride = 4 * util.sizeFromShape(shape.slice(along));
  let to = pointer;
  for (const input of inputs) {
    const bytes = 4 * util.sizeFromShape(input.shape.slice(along));
    copyRowsAt(backend.simd, { from: backend.pointer(input), to, rows, bytes, toStride: stride });
    to += bytes;
  }
  return info;
};

export const pad: Override<
  { x: TensorInfo },
  { paddings: [number, number][]; constantValue: number }
> = ({ inputs: { x }, attrs: { paddings, constantValue }, backend }) => {
  const dtype = wordType(backend, x);
  if (!dtype || x.shape.length === 0) return undefined;
  const shape = x.shape.map((length, d) => length + paddings[d][0] + paddings[d][1]);
  const { info, pointer } = backend.output(shape, dtype);
  fillAt(backend.simd, { out: pointer, n: sizeOf(info), value: constantValue, type: dtype });
  if (sizeOf(x) === 0) return info;
  const outSteps = strides(shape);
  const inSteps = strides(x.shape);
  const last = shape.length - 1;
  const rowsAxis = Math.max(0, last - 1);
  const rows = last === 0 ? 1 : x.shape[rowsAxis];
  const bytes = bytesPerNumber(dtype) * x.shape[last];
  const fromStride = 4 * (last === 0 ? 0 : inSteps[rowsAxis]);
  const toStride = 4 * (last === 0 ? 0 : outSteps[rowsAxis]);
  const start = paddings.reduce((sum, [before], d) => sum + before * outSteps[d], 0);
  const outer = x.shape.slice(0, rowsAxis);
  const planes = util.sizeFromShape(outer);
  for (let p = 0; p < planes; p++) {
    let [rest, from, to] = [p, 0, start];
    for (let d = rowsAxis - 1; d >= 0; d--) {
      const at = rest % x.shape[d];
      rest = (rest - at) / x.shape[d];
      from += at * inSteps[d];
      to += at * outSteps[d];
    }
    const place = { from: backend.pointer(x) + 4 * from, to: pointer + 4 * to };
    copyRowsAt(backend.simd, { ...place, rows, bytes, fromStride, toStride });
  }
  return info;
};
