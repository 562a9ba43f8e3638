import type { NamedAttrMap, TensorInfo } from '@tensorflow/tfjs-core';
import { util } from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../backend.ts';

/** What tfjs passes to a kernel. */
export interface KernelCall<Inputs, Attributes = NamedAttrMap> {
  inputs: Inputs;
  attrs: Attributes;
  backend: SimdBackend;
}

/** A kernel of simd. It returns undefined for inputs that it leaves to tfjs's own CPU kernel. */
export type Override<Inputs = never, Attributes = never> = (
  call: KernelCall<Inputs, Attributes>,
) => TensorInfo | TensorInfo[] | undefined;

export const sizeOf = (info: TensorInfo): number => util.sizeFromShape(info.shape);

/** Whether all tensors hold float32 numbers. */
export const allFloat = (backend: SimdBackend, ...infos: TensorInfo[]): boolean =>
  infos.every((info) => backend.holds(info, 'float32'));

export const sameShape = (a: TensorInfo, b: TensorInfo): boolean =>
  a.shape.length === b.shape.length && a.shape.every((length, d) => length === b.shape[d]);
