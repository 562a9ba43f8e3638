import * as tf from '@tensorflow/tfjs-core';
import type { LayerVariable } from '@tensorflow/tfjs-layers';
import { type Initializer, valuesInitializer } from './kernel-initializer.ts';
import type { LengthScale } from './scale.ts';
import { ofColumns, type SparseBlock } from './sparse-block.ts';

/** A trained scale stays above this share of its initial value, since dividing by 0 gives NaN. */
const smallestShare = 1e-6;

/**
 * The weight `kernel_scale` of a layer, [1] or one number per dimension. It is the only weight that
 * can be trained.
 */
export class ScaleWeight {
  readonly #variable: LayerVariable;
  readonly #smallest: number | number[];

  /** @param add adds a trainable weight to the layer. */
  constructor(
    add: (name: string, shape: number[], start: Initializer) => LayerVariable,
    start: LengthScale,
    trainable: boolean,
  ) {
    const values = typeof start === 'number' ? [start] : start;
    const initializer = valuesInitializer(() => Float32Array.from(values));
    this.#variable = add('kernel_scale', [values.length], initializer);
    this.#variable.trainable = trainable;
    const smallest = values.map((value) => value * smallestShare);
    this.#smallest = typeof start === 'number' ? smallest[0] : smallest;
  }

  /** rows / scale. Runs inside `tf.tidy`. */
  divide(rows: tf.Tensor2D): tf.Tensor2D {
    return tf.div(rows, this.#read());
  }

  /** The same for sparse rows. */
  divideSparse(rows: SparseBlock): SparseBlock {
    const scale = this.#read() as tf.Tensor1D;
    const divisor = scale.shape[0] === 1 ? scale : ofColumns(scale, rows);
    return { ...rows, values: tf.div(rows.values, divisor) };
  }

  #read(): tf.Tensor {
    // A tfjs constraint does not help: optimizers ignore constraints, and loading with them leaks
    // tensors. So whatever a training step or a file has written is corrected before it is used.
    const lifted = tf.maximum(this.#variable.read(), this.#smallest);
    this.#variable.write(lifted);
    return this.#variable.read();
  }
}
