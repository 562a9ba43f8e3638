import {
  type BinaryOperation,
  type MatmulEpilogue,
  type UnaryOperation,
  unaryAt,
} from '@kernel-methods/simd';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { util } from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../backend.ts';
import { broadcastBinary } from './binary.ts';
import { allFloat, sizeOf } from './override.ts';

/** The operations that follow a product: those that the product itself does, and the rest. */
export interface Fusion {
  bias?: number;
  epilogue?: MatmulEpilogue;
  factor?: number;
  /** A bias that is not one number per unit. */
  laterBias?: TensorInfo;
  activation?: string;
  slopes?: TensorInfo;
  alpha?: number;
}

/** tfjs's activations, by its names. */
const operations = new Map<string, UnaryOperation>([
  ['relu', 'relu'],
  ['relu6', 'relu6'],
  ['elu', 'elu'],
  ['sigmoid', 'sigmoid'],
  ['leakyrelu', 'leakyRelu'],
]);

/** Undefined if simd does not have the type or the activation. */
export function fusionFor(
  backend: SimdBackend,
  attrs: { activation?: string; leakyreluAlpha?: number },
  units: number,
  bias?: TensorInfo,
  slopes?: TensorInfo,
): Fusion | undefined {
  const { activation = 'linear', leakyreluAlpha: alpha } = attrs;
  const known =
    activation === 'linear' || operations.has(activation) || (activation === 'prelu' && slopes);
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

/** Applies the operations that the product left, in place: nothing else uses the tensor yet. */
export function activateAt(backend: SimdBackend, fusion: Fusion, info: TensorInfo): void {
  const { laterBias, activation, slopes, alpha } = fusion;
  const pointer = backend.pointer(info);
  if (laterBias) combineInPlace(backend, 'add', info, laterBias, pointer);
  if (activation === 'prelu') combineInPlace(backend, 'prelu', info, slopes!, pointer);
  else if (activation) {
    const operation = operations.get(activation)!;
    unaryAt(backend.simd, { operation, x: pointer, out: pointer, n: sizeOf(info), p: alpha });
  }
}

function combineInPlace(
  backend: SimdBackend,
  operation: BinaryOperation,
  info: TensorInfo,
  other: TensorInfo,
  pointer: number,
): void {
  util.assert(
    other.shape.length <= info.shape.length,
    () => `Operands could not be broadcast together with shapes ${info.shape} and ${other.shape}.`,
  );
  broadcastBinary(backend, operation, info, other, info, pointer);
}
