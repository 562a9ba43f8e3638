import type { Epilogue } from '@kernel-methods/simd';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { util } from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../backend.ts';
import { binaryAt } from './binary.ts';
import { allFloat, sizeOf } from './override.ts';
import { unaryAt } from './unary.ts';

/** What follows a product: its part that the product does in passing, and the rest. */
export interface Fusion {
  bias?: number;
  epilogue?: Epilogue;
  factor?: number;
  /** A bias that is not one number a unit. */
  laterBias?: TensorInfo;
  activation?: string;
  slopes?: TensorInfo;
  alpha?: number;
}

const names: Record<string, string> = {
  relu: 'Relu',
  relu6: 'Relu6',
  elu: 'Elu',
  sigmoid: 'Sigmoid',
  leakyrelu: 'LeakyRelu',
};

/** Undefined where a type or an activation is not ours. */
export function fusionFor(
  backend: SimdBackend,
  attrs: { activation?: string; leakyreluAlpha?: number },
  units: number,
  bias?: TensorInfo,
  slopes?: TensorInfo,
): Fusion | undefined {
  const { activation = 'linear', leakyreluAlpha: alpha } = attrs;
  const known =
    activation === 'linear' || activation in names || (activation === 'prelu' && slopes);
  if (!known || (bias && !allFloat(backend, bias)) || (slopes && !allFloat(backend, slopes))) {
    return undefined;
  }
  const perUnit = bias && bias.shape.at(-1) === units && sizeOf(bias) === units;
  const fusion: Fusion = { slopes, alpha };
  if (perUnit) fusion.bias = backend.pointer(bias);
  else fusion.laterBias = bias;
  if (activation === 'relu' && !fusion.laterBias) fusion.epilogue = 'relu';
  else if (activation !== 'linear') fusion.activation = activation;
  return fusion;
}

/** Does what the product did not, in place: nobody else has seen the tensor yet. */
export function activateAt(backend: SimdBackend, fusion: Fusion, info: TensorInfo): void {
  const { laterBias, activation, slopes, alpha } = fusion;
  const pointer = backend.pointer(info);
  if (laterBias) addInPlace(backend, 'Add', info, laterBias, pointer);
  if (activation === 'prelu') addInPlace(backend, 'Prelu', info, slopes!, pointer);
  else if (activation) {
    unaryAt(backend, names[activation], pointer, pointer, sizeOf(info), alpha);
  }
}

function addInPlace(
  backend: SimdBackend,
  name: string,
  info: TensorInfo,
  other: TensorInfo,
  pointer: number,
): void {
  util.assert(
    other.shape.length <= info.shape.length,
    () => `Operands could not be broadcast together with shapes ${info.shape} and ${other.shape}.`,
  );
  binaryAt(backend, name, info, other, info, pointer);
}
