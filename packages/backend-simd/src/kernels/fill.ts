import { fillAt, type NumberType } from '@kernel-methods/simd';
import type { DataType, TensorInfo } from '@tensorflow/tfjs-core';
import { util } from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../backend.ts';
import { isNumeric } from '../block.ts';
import { type Override, sizeOf } from './override.ts';

type FillAttributes = { shape: number[]; value: number | string | boolean; dtype?: DataType };

export const fill: Override<object, FillAttributes> = ({ attrs, backend }) => {
  const { shape, value } = attrs;
  const dtype = attrs.dtype ?? util.inferDtype(value);
  if (!isNumeric(dtype) || typeof value === 'string') return undefined;
  return filled(backend, shape, dtype, Number(value));
};

/** ZerosLike and OnesLike. */
export const like =
  (value: number): Override<{ x: TensorInfo }> =>
  ({ inputs: { x }, backend }) =>
    isNumeric(x.dtype) ? filled(backend, x.shape, x.dtype, value) : undefined;

type OneHotAttributes = { depth: number; onValue: number; offValue: number; dtype: DataType };

export const oneHot: Override<{ indices: TensorInfo }, OneHotAttributes> = ({
  inputs: { indices },
  attrs: { depth, onValue, offValue, dtype },
  backend,
}) => {
  if (!isNumeric(dtype) || !backend.holds(indices, 'int32')) return undefined;
  const info = filled(backend, [...indices.shape, depth], dtype, offValue);
  // Views only after the last allocation.
  const at = backend.block(indices);
  const { values } = backend.block(info);
  const places = at.values;
  for (let i = 0; i < sizeOf(indices); i++) {
    if (places[i] >= 0 && places[i] < depth) values[i * depth + places[i]] = onValue;
  }
  return info;
};

function filled(backend: SimdBackend, shape: number[], dtype: NumberType, value: number) {
  const { info, pointer } = backend.output(shape, dtype);
  fillAt(backend.simd, { out: pointer, n: sizeOf(info), value, type: dtype });
  return info;
}
