import {
  type BinaryOperation,
  type BroadcastArguments,
  binaryAt,
  type Comparison,
  compareAt,
} from '@kernel-methods/simd';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { backend_util } from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../backend.ts';
import { broadcastSteps, mergeAxes, walk } from '../broadcast.ts';
import { allFloat, type Override, sameShape, sizeOf } from './override.ts';

/** Two numbers in, one out, with broadcasting. */
export function binary<A extends string, B extends string>(
  operation: BinaryOperation,
  first: A,
  second: B,
): Override<Record<A | B, TensorInfo>> {
  return ({ inputs, backend }) => {
    const [a, b] = [inputs[first], inputs[second]];
    if (!allFloat(backend, a, b)) return undefined;
    const shape = backend_util.assertAndGetBroadcastShape(a.shape, b.shape);
    const { info, pointer } = backend.output(shape, 'float32');
    broadcastBinary(backend, operation, a, b, info, pointer);
    return info;
  };
}

/** Two numbers of the same type in, a bool out, with broadcasting. */
export function compare(comparison: Comparison): Override<{ a: TensorInfo; b: TensorInfo }> {
  return ({ inputs: { a, b }, backend }) => {
    const int32 = backend.holds(a, 'int32') && backend.holds(b, 'int32');
    if (!int32 && !allFloat(backend, a, b)) return undefined;
    const shape = backend_util.assertAndGetBroadcastShape(a.shape, b.shape);
    const { info, pointer } = backend.output(shape, 'bool');
    broadcast(backend, a, b, info, pointer, 1, (walk) =>
      compareAt(backend.simd, { comparison, int32, ...walk }),
    );
    return info;
  };
}

/** out = f(a, b), float32; the output's memory may be that of an operand of the same shape. */
export function broadcastBinary(
  backend: SimdBackend,
  operation: BinaryOperation,
  a: TensorInfo,
  b: TensorInfo,
  out: TensorInfo,
  pointer: number,
): void {
  broadcast(backend, a, b, out, pointer, 4, (walk) =>
    binaryAt(backend.simd, { operation, ...walk }),
  );
}

/** Runs a kernel over all axes: it takes the last two, and is called for every place of the others. */
function broadcast(
  backend: SimdBackend,
  a: TensorInfo,
  b: TensorInfo,
  out: TensorInfo,
  pointer: number,
  bytes: number,
  run: (walk: BroadcastArguments) => void,
): void {
  const n = sizeOf(out);
  if (n === 0) return;
  const [pa, pb] = [backend.pointer(a), backend.pointer(b)];
  if (sameShape(a, b)) {
    run({ a: pa, b: pb, out: pointer, rows: 1, columns: n });
    return;
  }
  const rank = out.shape.length;
  const steps = [a, b, out].map(({ shape }) => broadcastSteps(shape, rank));
  const axes = mergeAxes(out.shape, steps);
  const column = axes.pop() ?? { length: 1, steps: [1, 1] };
  const row = axes.pop() ?? { length: 1, steps: [0, 0] };
  const shape = {
    rows: row.length,
    columns: column.length,
    aRowStep: row.steps[0],
    aColumnStep: column.steps[0] as 0 | 1,
    bRowStep: row.steps[1],
    bColumnStep: column.steps[1] as 0 | 1,
  };
  walk(axes, 3, ([atA, atB, atOut]) => {
    run({ ...shape, a: pa + 4 * atA, b: pb + 4 * atB, out: pointer + bytes * atOut });
  });
}
