import * as tf from '@tensorflow/tfjs-core';
import {
  countOf,
  type Matrix,
  type Moments,
  type Numerics,
  type Picked,
  type StepArguments,
} from './numerics.ts';
import { addOuterSums } from './outer-sums.ts';

/**
 * In tfjs operations, for backends whose memory is not simd's, a GPU's above all. Products are
 * float32 on the device; what must be exact is summed in float64 here.
 */
export function tfjsNumerics(): Numerics {
  const from = (values: Float32Array, rows: number, columns: number): Matrix =>
    new TfjsMatrix([tf.tensor2d(values, [rows, columns])], rows, columns);
  return {
    name: 'tfjs',
    zeros: (rows, columns) => new TfjsMatrix([tf.zeros([rows, columns])], rows, columns),
    matrix: from,
    put: (rows, into, at) => own(into).put(rows, at),
    read: (matrix) => own(matrix).tensor().data<'float32'>(),
    write(matrix, values) {
      const { rows, columns } = matrix;
      own(matrix).replace(tf.tensor2d(values, [rows, columns]));
    },
    async scores(z, picked, head, bias) {
      const scores = tf.tidy(() =>
        tf.add(tf.matMul(pick(z, picked), own(head).tensor(), false, true), own(bias).tensor()),
      );
      try {
        return await scores.data<'float32'>();
      } finally {
        scores.dispose();
      }
    },
    gradient(z, picked, g, out) {
      const product = tf.tidy(() =>
        tf.matMul<tf.Tensor2D>(tf.tensor2d(g, [countOf(picked), out.rows]), pick(z, picked), true),
      );
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
      const [weights, changed] = tf.tidy(() => {
        const speed = tf.add(tf.mul(own(velocity).tensor(), momentum), penalized(options));
        return [
          tf.sub(own(options.weights).tensor(), tf.mul(learningRate, speed)),
          speed,
        ] as tf.Tensor2D[];
      });
      own(options.weights).replace(weights);
      own(velocity).replace(changed);
    },
    moments: (features, outputs) => new TfjsMoments(features, outputs),
  };
}

/**
 * Blocks of rows as they came: a device's memory cannot be written in the middle. They are joined
 * when rows are first picked.
 */
class TfjsMatrix implements Matrix {
  readonly rows: number;
  readonly columns: number;
  #blocks: tf.Tensor2D[];

  constructor(blocks: tf.Tensor2D[], rows: number, columns: number) {
    this.#blocks = blocks;
    this.rows = rows;
    this.columns = columns;
  }

  put(rows: tf.Tensor2D, at: number): void {
    const before = this.tensor();
    const after = at + rows.shape[0];
    this.#blocks = tf.tidy(() => [
      tf.slice(before, [0, 0], [at, this.columns]),
      tf.clone(rows),
      tf.slice(before, [after, 0], [this.rows - after, this.columns]),
    ]);
    before.dispose();
  }

  tensor(): tf.Tensor2D {
    if (this.#blocks.length > 1) {
      const blocks = this.#blocks;
      this.#blocks = [tf.concat(blocks)];
      tf.dispose(blocks);
    }
    return this.#blocks[0];
  }

  replace(tensor: tf.Tensor2D): void {
    tf.dispose(this.#blocks);
    this.#blocks = [tensor];
  }

  dispose(): void {
    tf.dispose(this.#blocks);
  }
}

const own = (matrix: Matrix) => matrix as TfjsMatrix;

function pick(z: Matrix, picked: Picked): tf.Tensor2D {
  const tensor = own(z).tensor();
  if (picked instanceof Int32Array) return tf.gather(tensor, tf.tensor1d(picked, 'int32'));
  return tf.slice(tensor, [picked.from, 0], [picked.count, -1]);
}

const penalized = ({ weights, gradient, l2 }: Pick<StepArguments, 'weights' | 'gradient' | 'l2'>) =>
  tf.add(own(gradient).tensor(), tf.mul(l2, own(weights).tensor()));

/** Rows whose products are summed in float32. */
const ROWS = 1024;

class TfjsMoments implements Moments {
  readonly #sums;

  constructor(features: number, outputs: number) {
    this.#sums = {
      weight: 0,
      z: new Float64Array(features),
      y: new Float64Array(outputs),
      yy: new Float64Array(outputs),
      zz: new Float64Array(features * features),
      zy: new Float64Array(features * outputs),
    };
  }

  async add(z: Matrix, picked: Picked, y: Float32Array, weights?: Float32Array): Promise<void> {
    const units = this.#sums.y.length;
    const count = countOf(picked);
    for (let start = 0; start < count; start += ROWS) {
      const size = Math.min(ROWS, count - start);
      const some =
        picked instanceof Int32Array
          ? picked.subarray(start, start + size)
          : { from: picked.from + start, count: size };
      const targets = y.subarray(start * units, (start + size) * units);
      await this.#addBlock(z, some, targets, weights?.subarray(start, start + size));
    }
  }

  read() {
    const { weight, ...sums } = this.#sums;
    const copy = (values: Float64Array) => values.slice();
    return {
      weight,
      z: copy(sums.z),
      y: copy(sums.y),
      yy: copy(sums.yy),
      zz: copy(sums.zz),
      zy: copy(sums.zy),
    };
  }

  dispose(): void {}

  async #addBlock(
    z: Matrix,
    picked: Picked,
    y: Float32Array,
    weights: Float32Array | undefined,
  ): Promise<void> {
    const [rows, zz, zy] = tf.tidy(() => {
      const block = pick(z, picked);
      const targets = tf.tensor2d(y, [countOf(picked), this.#sums.y.length]);
      const weighted =
        weights === undefined ? block : tf.mul(block, tf.reshape(tf.tensor1d(weights), [-1, 1]));
      return [block, tf.matMul(weighted, block, true), tf.matMul(weighted, targets, true)];
    }) as tf.Tensor2D[];
    try {
      addOuterSums(this.#sums, await rows.data<'float32'>(), y, weights);
      add(this.#sums.zz, await zz.data<'float32'>());
      add(this.#sums.zy, await zy.data<'float32'>());
    } finally {
      tf.dispose([rows, zz, zy]);
    }
  }
}

function add(sum: Float64Array, values: Float32Array): void {
  for (let i = 0; i < sum.length; i++) sum[i] += values[i];
}
