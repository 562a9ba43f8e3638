import type { TensorInfo } from '@tensorflow/tfjs-core';
import { backend_util } from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../backend.ts';
import { broadcastSteps, mergeAxes, walk } from '../broadcast.ts';
import { allFloat, GRAIN, type Override, sameShape, sizeOf } from './override.ts';

/** The operations of simd's kernel `binary`, in its order, by tfjs's names. */
export const binaryOps = [
  ...['Add', 'Sub', 'Multiply', 'RealDiv', 'Maximum', 'Minimum', 'SquaredDifference', 'Prelu'],
  'EluGrad',
];
/** The operations of simd's kernel `compare`, in its order, by tfjs's names. */
export const compareOps = [
  ...['Equal', 'NotEqual', 'Less', 'LessEqual', 'Greater', 'GreaterEqual'],
];

/** Two numbers in, one out, with broadcasting. */
export function binary<A extends string, B extends string>(
  name: string,
  first: A,
  second: B,
): Override<Record<A | B, TensorInfo>> {
  return ({ inputs, backend }) => {
    const [a, b] = [inputs[first], inputs[second]];
    if (!allFloat(backend, a, b)) return undefined;
    const shape = backend_util.assertAndGetBroadcastShape(a.shape, b.shape);
    const { info, pointer } = backend.output(shape, 'float32');
    binaryAt(backend, name, a, b, info, pointer);
    return info;
  };
}

/** Two numbers of the same type in, a bool out, with broadcasting. */
export function compare(name: string): Override<{ a: TensorInfo; b: TensorInfo }> {
  return ({ inputs: { a, b }, backend }) => {
    const integer = backend.holds(a, 'int32') && backend.holds(b, 'int32');
    if (!integer && !allFloat(backend, a, b)) return undefined;
    const shape = backend_util.assertAndGetBroadcastShape(a.shape, b.shape);
    const { info, pointer } = backend.output(shape, 'bool');
    const op = compareOps.indexOf(name);
    broadcast(backend, 'compare', op, a, b, info, pointer, 1, [Number(integer)]);
    return info;
  };
}

/** out = f(a, b); the output's memory may be that of an operand of the same shape. */
export function binaryAt(
  backend: SimdBackend,
  name: string,
  a: TensorInfo,
  b: TensorInfo,
  out: TensorInfo,
  pointer: number,
): void {
  broadcast(backend, 'binary', binaryOps.indexOf(name), a, b, out, pointer, 4, []);
}

function broadcast(
  backend: SimdBackend,
  kernel: 'binary' | 'compare',
  op: number,
  a: TensorInfo,
  b: TensorInfo,
  out: TensorInfo,
  pointer: number,
  bytes: number,
  more: number[],
): void {
  const { simd } = backend;
  const n = sizeOf(out);
  if (n === 0) return;
  const [pa, pb] = [backend.pointer(a), backend.pointer(b)];
  const inPlace = { inPlace: pointer === pa || pointer === pb };
  const parts = simd.partsFor(n, GRAIN);
  if (sameShape(a, b)) {
    simd.run(kernel, [op, pa, pb, pointer, 1, n, 0, 1, 0, 1, ...more], parts, inPlace);
    return;
  }
  const rank = out.shape.length;
  const steps = [a, b, out].map(({ shape }) => broadcastSteps(shape, rank));
  const axes = mergeAxes(out.shape, steps);
  const column = axes.pop() ?? { length: 1, steps: [1, 1] };
  const row = axes.pop() ?? { length: 1, steps: [0, 0] };
  const size = row.length * column.length;
  const tail = [
    row.length,
    column.length,
    ...[0, 1].flatMap((i) => [row.steps[i], column.steps[i]]),
  ];
  const each = axes.length === 0 ? parts : simd.partsFor(size, GRAIN);
  walk(axes, 3, ([atA, atB, atOut]) => {
    const pointers = [pa + 4 * atA, pb + 4 * atB, pointer + bytes * atOut];
    simd.run(kernel, [op, ...pointers, ...tail, ...more], each, inPlace);
  });
}
