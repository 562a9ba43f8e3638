import { adamStepAt, descentStepAt, getSimd, type Simd } from '@kernel-methods/simd';
import * as tf from '@tensorflow/tfjs-core';
import { checkLength, checkPicked, checkPut, checkShift } from './check-arguments.ts';
import { countOf, type Numerics } from './numerics.ts';
import { SimdHalf } from './simd-half.ts';
import { own, ownRows, SimdMatrix } from './simd-matrix.ts';
import { SimdMoments } from './simd-moments.ts';
import { SimdSparse } from './simd-sparse.ts';

/** Over simd's shared memory, on every core, in place. */
export function simdNumerics(simd: Simd = getSimd()): Numerics {
  return {
    name: 'simd',
    numbersTogether: 2 ** 20, // They stay in the cache of a core.
    get stepProducts() {
      return simd.stepProducts;
    },
    empty: (rows, columns) => new SimdMatrix(simd, rows, columns),
    emptyHalf: (rows, columns, type) => new SimdHalf(simd, rows, columns, type),
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
    sparse: (rows) => new SimdSparse(simd, rows),
    async put(rows, into, at) {
      checkPut(rows.shape, into, at);
      const values = valuesHere(rows, simd) ?? (await rows.data());
      own(into).put(values, at);
    },
    shift(z, picked, origin, into) {
      checkShift(z, picked, origin, into);
      ownRows(z).copy(picked, own(into).view(), origin);
    },
    read: async (matrix) => own(matrix).read(),
    write(matrix, values) {
      checkLength('values', values, own(matrix).size);
      own(matrix).view().set(values);
    },
    async scores(z, picked, head, bias) {
      checkPicked(z, picked);
      return ownRows(z).scores(picked, own(head), own(bias));
    },
    gradient(z, picked, g, out) {
      checkPicked(z, picked);
      checkLength('g', g, countOf(picked) * out.rows);
      ownRows(z).gradient(picked, g, own(out));
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

/** A view of the tensor's numbers, if the tfjs backend keeps them in the same memory. */
function valuesHere(rows: tf.Tensor2D, simd: Simd): ArrayLike<number> | undefined {
  const backend = tf.backend() as {
    simd?: Simd;
    bufferSync?(info: tf.TensorInfo): { values: ArrayLike<number> };
  };
  return backend.simd === simd ? backend.bufferSync?.(rows).values : undefined;
}
