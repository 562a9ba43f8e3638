import {
  adamStepAt,
  copyRowsAt,
  descentStepAt,
  getSimd,
  matmulAt,
  rowsProductAt,
  rowsTransposedProductAt,
  type Simd,
} from '@kernel-methods/simd';
import * as tf from '@tensorflow/tfjs-core';
import { checkLength, checkPicked, checkPut, checkShift } from './check-arguments.ts';
import { countOf, type Numerics, type Picked } from './numerics.ts';
import { own, SimdMatrix } from './simd-matrix.ts';
import { SimdMoments } from './simd-moments.ts';

/** Over simd's shared memory, on every core, in place. */
export function simdNumerics(simd: Simd = getSimd()): Numerics {
  return {
    name: 'simd',
    numbersTogether: 2 ** 20, // They stay in the cache of a core.
    empty: (rows, columns) => new SimdMatrix(simd, rows, columns),
    zeros(rows, columns) {
      const matrix = new SimdMatrix(simd, rows, columns);
      matrix.view().fill(0);
      return matrix;
    },
    matrix(values, rows, columns) {
      checkLength('values', values, rows * columns);
      const matrix = new SimdMatrix(simd, rows, columns);
      matrix.view().set(values);
      return matrix;
    },
    async put(rows, into, at) {
      checkPut(rows.shape, into, at);
      const values = valuesHere(rows, simd) ?? (await rows.data());
      putRows(simd, values, own(into), at);
    },
    shift(z, picked, origin, into) {
      checkShift(z, picked, origin, into);
      const { columns } = z;
      const [source, target] = [own(z).view(), own(into).view()];
      const count = countOf(picked);
      for (let i = 0, at = 0; i < count; i++) {
        const row = picked instanceof Int32Array ? picked[i] : picked.from + i;
        const from = row * columns;
        for (let j = 0; j < columns; j++, at++) target[at] = source[from + j] - origin[j];
      }
    },
    read: async (matrix) => own(matrix).view().slice(),
    write(matrix, values) {
      checkLength('values', values, own(matrix).size);
      own(matrix).view().set(values);
    },
    async scores(z, picked, head, bias) {
      checkPicked(z, picked);
      const [count, units] = [countOf(picked), head.rows];
      return borrow(simd, 4 * count * units + indexBytes(picked), (out) => {
        const rows = pickedRows(simd, own(z), picked, out + 4 * count * units);
        const weights = { w: own(head).pointer, bias: own(bias).pointer };
        rowsProductAt(simd, { ...rows, ...weights, out, units });
        return simd.f32(out, count * units).slice();
      });
    },
    gradient(z, picked, g, out) {
      checkPicked(z, picked);
      const units = out.rows;
      checkLength('g', g, countOf(picked) * units);
      if (!(picked instanceof Int32Array) && units >= TILED_UNITS) {
        const { z: b, count: k, features: n } = pickedRows(simd, own(z), picked, 0);
        // Products in tiles use the scratch memory themselves.
        const a = simd.alloc(4 * g.length);
        try {
          simd.f32(a, g.length).set(g);
          const shape = { m: units, n, k, transposeA: true };
          matmulAt(simd, { ...shape, a, b, out: own(out).pointer });
        } finally {
          simd.free(a);
        }
        return;
      }
      borrow(simd, 4 * g.length + indexBytes(picked), (copy) => {
        simd.f32(copy, g.length).set(g);
        const rows = pickedRows(simd, own(z), picked, copy + 4 * g.length);
        rowsTransposedProductAt(simd, { ...rows, g: copy, out: own(out).pointer, units });
      });
    },
    adamStep({ weights, gradient, m, v, step, learningRate, l2 }) {
      const { pointer: w, size: n } = own(weights);
      const at = { w, g: own(gradient).pointer, m: own(m).pointer, v: own(v).pointer };
      adamStepAt(simd, { ...at, n, step, learningRate, l2 });
    },
    descentStep({ weights, gradient, velocity, momentum, learningRate, l2 }) {
      const { pointer: w, size: n } = own(weights);
      const at = { w, g: own(gradient).pointer, velocity: own(velocity).pointer };
      descentStepAt(simd, { ...at, n, learningRate, momentum, l2 });
    },
    moments: (features, outputs) => new SimdMoments(simd, features, outputs),
  };
}

/** From so many outputs on, a gradient over a range of rows is faster in tiles: twice with 150. */
const TILED_UNITS = 24;

/** A view of the tensor's numbers, if the tfjs backend keeps them in the same memory. */
function valuesHere(rows: tf.Tensor2D, simd: Simd): ArrayLike<number> | undefined {
  const backend = tf.backend() as {
    simd?: Simd;
    bufferSync?(info: tf.TensorInfo): { values: ArrayLike<number> };
  };
  return backend.simd === simd ? backend.bufferSync?.(rows).values : undefined;
}

/**
 * Numbers in the same memory are copied by all threads, so that they share the first access to new
 * pages.
 */
function putRows(simd: Simd, values: ArrayLike<number>, into: SimdMatrix, at: number): void {
  const { columns } = into;
  const isHere = values instanceof Float32Array && values.buffer === into.view().buffer;
  if (!isHere || values.length === 0) {
    into.view().set(values, at * columns);
    return;
  }
  const [rows, bytes] = [values.length / columns, 4 * columns];
  copyRowsAt(simd, { from: values.byteOffset, to: into.pointer + at * bytes, rows, bytes });
}

/** If a call needs more memory than this, it is freed after the call. */
const KEPT = 2 ** 20;

/**
 * Memory for one kernel call. A little is kept for the next call, so that steps of training
 * allocate nothing.
 */
function borrow<T>(simd: Simd, bytes: number, use: (pointer: number) => T): T {
  if (bytes <= KEPT) return use(simd.scratch(bytes));
  const pointer = simd.alloc(bytes);
  try {
    return use(pointer);
  } finally {
    simd.free(pointer);
  }
}

const indexBytes = (picked: Picked) => (picked instanceof Int32Array ? 4 * picked.length : 0);

/** The rows as the kernels take them; an index is copied to `memory`. */
function pickedRows(simd: Simd, z: SimdMatrix, picked: Picked, memory: number) {
  const { pointer, columns: features } = z;
  if (!(picked instanceof Int32Array)) {
    return { z: pointer + 4 * picked.from * features, count: picked.count, features };
  }
  simd.i32(memory, picked.length).set(picked);
  return { z: pointer, rows: memory, count: picked.length, features };
}
