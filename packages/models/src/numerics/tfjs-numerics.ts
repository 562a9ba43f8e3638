import { STEP_PRODUCTS } from '@kernel-methods/simd';
import * as tf from '@tensorflow/tfjs-core';
import { checkLength, checkPicked, checkPut, checkShift } from './check-arguments.ts';
import { countOf, type Numerics, type StepArguments } from './numerics.ts';
import { own, pickRows, TfjsMatrix } from './tfjs-matrix.ts';
import { TfjsMoments } from './tfjs-moments.ts';

/**
 * Numerics in tfjs operations, for backends whose memory is not that of simd, especially GPUs.
 * Products are float32 on the device, or its closest type; float64 sums are computed on the CPU.
 */
export function tfjsNumerics(): Numerics {
  return {
    name: 'tfjs',
    numbersTogether: 2 ** 23, // Enough to keep a GPU busy.
    stepProducts: STEP_PRODUCTS,
    empty: (rows, columns) => new TfjsMatrix(rows, columns),
    zeros: (rows, columns) => new TfjsMatrix(rows, columns),
    matrix: (values, rows, columns) =>
      new TfjsMatrix(rows, columns, tensorOf('values', values, rows, columns)),
    async put(rows, into, at) {
      checkPut(rows.shape, into, at);
      own(into).put(rows, at);
    },
    shift(z, picked, origin, into) {
      checkShift(z, picked, origin, into);
      if (countOf(picked) === 0) return;
      const rows = tf.tidy(() => tf.sub(pickRows(z, picked), tf.tensor2d(origin, [1, z.columns])));
      try {
        own(into).put(rows as tf.Tensor2D, 0);
      } finally {
        rows.dispose();
      }
    },
    // Backends return the array that they keep, which may hold integers.
    read: async (matrix) => new Float32Array(await own(matrix).tensor().data()),
    write(matrix, values) {
      own(matrix).replace(tensorOf('values', values, matrix.rows, matrix.columns));
    },
    async scores(z, picked, head, bias) {
      checkPicked(z, picked);
      if (countOf(picked) === 0) return new Float32Array(0);
      const scores = tf.tidy(() =>
        tf.add(tf.matMul(pickRows(z, picked), own(head).tensor(), false, true), own(bias).tensor()),
      );
      try {
        return await scores.data<'float32'>();
      } finally {
        scores.dispose();
      }
    },
    gradient(z, picked, g, out) {
      checkPicked(z, picked);
      const product = tf.tidy(() => {
        const derivative = tensorOf('g', g, countOf(picked), out.rows);
        if (g.length === 0) return tf.zeros<tf.Rank.R2>([out.rows, out.columns]);
        return tf.matMul<tf.Tensor2D>(derivative, pickRows(z, picked), true);
      });
      own(out).replace(product);
    },
    adamStep({ m, v, step, learningRate, ...options }) {
      const rate = (learningRate * Math.sqrt(1 - 0.999 ** step)) / (1 - 0.9 ** step);
      const [weights, first, second] = tf.tidy(() => {
        const g = penalized(options);
        const mean = tf.add(tf.mul(own(m).tensor(), 0.9), tf.mul(g, 1 - 0.9));
        const square = tf.add(tf.mul(own(v).tensor(), 0.999), tf.mul(tf.square(g), 1 - 0.999));
        const change = tf.mul(rate, tf.div(mean, tf.add(tf.sqrt(square), 1e-7)));
        return [tf.sub(own(options.weights).tensor(), change), mean, square] as tf.Tensor2D[];
      });
      own(options.weights).replace(weights);
      own(m).replace(first);
      own(v).replace(second);
    },
    descentStep({ velocity, momentum, learningRate, ...options }) {
      const [weights, speed] = tf.tidy(() => {
        const after = tf.add(tf.mul(own(velocity).tensor(), momentum), penalized(options));
        const change = tf.mul(learningRate, after);
        return [tf.sub(own(options.weights).tensor(), change), after] as tf.Tensor2D[];
      });
      own(options.weights).replace(weights);
      own(velocity).replace(speed);
    },
    moments: (features, outputs) => new TfjsMoments(features, outputs),
  };
}

/** Makes a tensor of a copy, because a tensor may keep using the array that it is made from. */
function tensorOf(name: string, values: Float32Array, rows: number, columns: number): tf.Tensor2D {
  checkLength(name, values, rows * columns);
  return tf.tensor2d(values.slice(), [rows, columns]);
}

const penalized = ({ weights, gradient, l2 }: Pick<StepArguments, 'weights' | 'gradient' | 'l2'>) =>
  tf.add(own(gradient).tensor(), tf.mul(l2, own(weights).tensor()));
