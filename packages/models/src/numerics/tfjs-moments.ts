import { atOnce, eventLoopYielder, type Steps } from '@kernel-methods/simd';
import * as tf from '@tensorflow/tfjs-core';
import { checkRows } from './check-arguments.ts';
import { countOf, type Matrix, type MomentSums, type Moments, type Picked } from './numerics.ts';
import { compose } from './picked.ts';
import { addTargets, momentSumsSteps, noTargets } from './target-sums.ts';
import { pickRows } from './tfjs-matrix.ts';

/** The number of rows whose products are summed in float32, on the device. */
const BLOCK = 1024;

/** Computes products of blocks of rows on the device, and their sums in float64 on the CPU. */
export class TfjsMoments implements Moments {
  readonly #features: number;
  readonly #outputs: number;
  readonly #targets;
  /** What is subtracted from features, the mean of the first rows; undefined before them. */
  #origin: Float32Array | undefined;
  /** Undefined once disposed. */
  #sums: { readonly zz: Float64Array; readonly cross: Float64Array } | undefined;

  constructor(features: number, outputs: number) {
    this.#features = features;
    this.#outputs = outputs;
    this.#targets = noTargets(outputs);
    this.#sums = {
      zz: new Float64Array(features * features),
      cross: new Float64Array(features * (outputs + 1)),
    };
  }

  async add(
    z: Matrix,
    picked: Picked,
    y: Float32Array,
    weights?: Float32Array,
    signal?: AbortSignal,
  ): Promise<void> {
    checkRows({ features: this.#features, outputs: this.#outputs }, z, picked, y, weights);
    const count = countOf(picked);
    const turns = eventLoopYielder();
    for (let from = 0; from < count; from += BLOCK) {
      signal?.throwIfAborted();
      const to = Math.min(from + BLOCK, count);
      const some = compose(picked, { from, count: to - from });
      const targets = y.subarray(from * this.#outputs, to * this.#outputs);
      await this.#addBlock(z, some, targets, weights?.subarray(from, to));
      if (turns.isDue()) await turns.take();
    }
  }

  read(): MomentSums {
    const { zz, cross } = this.#own();
    return atOnce(momentSumsSteps(this.#targets, cross, () => zz, this.#origin));
  }

  take(): MomentSums {
    return atOnce(this.takeSteps());
  }

  *takeSteps(): Steps<MomentSums> {
    const { zz, cross } = this.#own();
    this.dispose();
    return yield* momentSumsSteps(this.#targets, cross, () => zz, this.#origin);
  }

  dispose(): void {
    this.#sums = undefined;
  }

  #own() {
    if (this.#sums === undefined) throw new Error('The moments are disposed.');
    return this.#sums;
  }

  async #addBlock(
    z: Matrix,
    picked: Picked,
    y: Float32Array,
    weights: Float32Array | undefined,
  ): Promise<void> {
    const sums = this.#own();
    const [rows, width] = [countOf(picked), this.#outputs + 1];
    const targets = new Float32Array(rows * width);
    this.#origin ??= await meanOf(z, picked, weights);
    const origin = this.#origin;
    addTargets(this.#targets, y, weights, targets);
    const products = tf.tidy(() => {
      let block = pickRows(z, picked);
      if (origin) block = tf.sub(block, tf.tensor2d(origin, [1, block.shape[1]]));
      // The root of the weight is on both sides of a product, so that the product includes the
      // weight. Rows are multiplied even if all weights are 1: WebGL pads an odd number of rows
      // with one more, which must be zero in a sum over rows, but which the subtraction (or the
      // cosine of a map) has changed.
      const roots = weights?.map(Math.sqrt) ?? new Float32Array(rows).fill(1);
      block = tf.mul(block, tf.tensor2d(roots, [rows, 1]));
      const right = tf.tensor2d(targets, [rows, width]);
      return [tf.matMul(block, block, true), tf.matMul(block, right, true)];
    });
    try {
      add(sums.zz, await products[0].data<'float32'>());
      add(sums.cross, await products[1].data<'float32'>());
    } finally {
      tf.dispose(products);
    }
  }
}

/** The mean of the rows that have a weight; undefined if there are none. */
async function meanOf(
  z: Matrix,
  picked: Picked,
  weights: Float32Array | undefined,
): Promise<Float32Array | undefined> {
  const counted = weights && Int32Array.from(weights.keys()).filter((i) => weights[i] > 0);
  if (counted?.length === 0) return undefined;
  const mean = tf.tidy(() => {
    const rows = pickRows(z, counted ? compose(picked, counted) : picked);
    // Relative to the first row, so that the mean of equal numbers is exactly that number.
    const first = tf.slice(rows, [0, 0], [1, -1]);
    return tf.add(tf.mean(tf.sub(rows, first), 0), tf.squeeze(first, [0]));
  });
  try {
    return await mean.data<'float32'>();
  } finally {
    mean.dispose();
  }
}

function add(sum: Float64Array, values: Float32Array): void {
  for (let i = 0; i < sum.length; i++) sum[i] += values[i];
}
