import {
  adamStepAt,
  getSimd,
  rowsProductAt,
  rowsTransposedProductAt,
  type Simd,
} from '@kernel-methods/simd';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { BLOCK_ROWS, blockOf } from './blocks.ts';
import { classIndices } from './class-indices.ts';
import type { Learner, Objective, Rows } from './learner.ts';
import { layersOf, unitsOf } from './network.ts';
import { turnTaker } from './turn-taker.ts';

/**
 * Trains the head alone, with Adam, over features that are computed once and kept: a map that is not
 * trained gives a row the same features in every epoch. The features of all rows lie in simd's
 * memory, 4 bytes each; a step reads those of its rows where they lie.
 *
 * The same mathematics as `networkLearner`, by the loss's closed forms.
 *
 * @throws SimdMemoryError where the features do not fit, and the signal's reason when aborted;
 * nothing stays.
 */
export async function headLearner(
  network: tfl.LayersModel,
  { training, validation, loss, l2, classify }: Objective,
  learningRate: number,
  signal: AbortSignal,
): Promise<Learner> {
  const memory = new Memory(getSimd());
  try {
    const { simd } = memory;
    const { features: map, head } = layersOf(network);
    const units = unitsOf(network);
    const width = head.getWeights()[0].shape[0] as number;
    const kept = await keepFeatures(memory, map, training, width, signal);
    const test = validation && (await keepFeatures(memory, map, validation, width, signal));
    const [kernel, bias] = head.getWeights().map((w) => w.dataSync<'float32'>());
    // simd has a unit's weights side by side, tfjs has a feature's.
    const w = variable(memory, transposed(kernel, width, units));
    const b = variable(memory, bias);
    let steps = 0;
    let pending: number[] = [];

    const scoresOf = (z: number, rows: number, count: number): Float32Array => {
      const out = memory.scratch(4 * count * units);
      const picked = { z, rows, count, features: width, units };
      rowsProductAt(simd, { ...picked, w: w.at, bias: b.at, out });
      return simd.f32(out, count * units).slice();
    };
    const count = (targets: Float32Array, predictions: Float32Array): [number, number] => {
      const values = loss.values(
        { targets, predictions, units },
        new Float64Array(predictions.length / units),
      );
      const right = classify ? rightRows(targets, predictions, units) : 0;
      return [values.reduce((sum, value) => sum + value, 0), right];
    };

    return {
      step(rows) {
        steps++;
        const index = memory.index(rows);
        const predictions = scoresOf(kept.z, index, rows.length);
        const targets = pickRows(kept.targets, rows, units);
        pending.push(...count(targets, predictions));
        const slopes = loss.gradient(
          { targets, predictions, units },
          new Float32Array(predictions.length),
        );
        const biasSlopes = new Float64Array(units);
        for (let i = 0; i < slopes.length; i++) {
          slopes[i] /= rows.length;
          biasSlopes[i % units] += slopes[i];
        }
        const g = memory.scratch(4 * slopes.length);
        simd.f32(g, slopes.length).set(slopes);
        const picked = { z: kept.z, rows: index, count: rows.length, features: width, units };
        rowsTransposedProductAt(simd, { ...picked, g, out: w.gradient });
        simd.f32(b.gradient, units).set(biasSlopes);
        step(simd, w, units * width, steps, learningRate, l2);
        step(simd, b, units, steps, learningRate, 0);
      },
      async sums() {
        const sums = pending;
        pending = [];
        return sums;
      },
      async *validate() {
        for (let start = 0; start < test!.rows; start += BLOCK_ROWS) {
          const rows = Math.min(BLOCK_ROWS, test!.rows - start);
          const targets = test!.targets.subarray(start * units, (start + rows) * units);
          const predictions = scoresOf(test!.z + 4 * start * width, 0, rows);
          yield { rows, sums: count(targets, predictions) };
        }
      },
      async isFinite() {
        return (
          simd.f32(w.at, units * width).every(Number.isFinite) &&
          simd.f32(b.at, units).every(Number.isFinite)
        );
      },
      finish() {
        const weights = transposed(simd.f32(w.at, units * width), units, width);
        const biases = simd.f32(b.at, units).slice();
        memory.free();
        tf.tidy(() => head.setWeights([tf.tensor2d(weights, [width, units]), tf.tensor1d(biases)]));
      },
    };
  } catch (error) {
    memory.free();
    throw error;
  }
}

/** A weight with its gradient and Adam's two moments, by pointer. */
interface Variable {
  readonly at: number;
  readonly gradient: number;
  readonly m: number;
  readonly v: number;
}

function variable(memory: Memory, values: Float32Array): Variable {
  const [at, gradient, m, v] = [0, 0, 0, 0].map(() => memory.zeros(values.length));
  memory.simd.f32(at, values.length).set(values);
  return { at, gradient, m, v };
}

function step(
  simd: Simd,
  { at, gradient, m, v }: Variable,
  n: number,
  count: number,
  learningRate: number,
  l2: number,
): void {
  adamStepAt(simd, { w: at, g: gradient, m, v, n, step: count, learningRate, l2 });
}

/** Rows of features in simd's memory, with their targets. */
async function keepFeatures(
  memory: Memory,
  map: tfl.layers.Layer,
  { x, y }: Rows,
  width: number,
  signal: AbortSignal,
) {
  const [rows] = x.shape;
  const z = memory.alloc(4 * rows * width);
  const yieldTurn = turnTaker();
  for (let start = 0; start < rows; start += BLOCK_ROWS) {
    tf.tidy(() => {
      const features = map.apply(blockOf(x, start)) as tf.Tensor2D;
      const to = memory.simd.f32(z + 4 * start * width, features.size);
      to.set(viewOf(features, memory.simd) ?? features.dataSync<'float32'>());
    });
    if (yieldTurn.isDue()) await yieldTurn.take();
    signal.throwIfAborted();
  }
  return { z, rows, targets: y.dataSync<'float32'>() };
}

/** The tensor's numbers where they lie, if the backend keeps them in the same memory. */
function viewOf(tensor: tf.Tensor, simd: Simd): Float32Array | undefined {
  const backend = tf.backend() as { simd?: Simd; pointer?(info: tf.TensorInfo): number };
  if (backend.simd !== simd || backend.pointer === undefined) return undefined;
  return simd.f32(backend.pointer(tensor), tensor.size);
}

function transposed(values: Float32Array, rows: number, columns: number): Float32Array {
  const out = new Float32Array(values.length);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) out[c * rows + r] = values[r * columns + c];
  }
  return out;
}

function pickRows(values: Float32Array, rows: Int32Array, width: number): Float32Array {
  const out = new Float32Array(rows.length * width);
  rows.forEach((row, i) => {
    for (let c = 0; c < width; c++) out[i * width + c] = values[row * width + c];
  });
  return out;
}

/** As `correctRows` counts. */
function rightRows(targets: Float32Array, scores: Float32Array, units: number): number {
  const predicted = classIndices(scores, units);
  return classIndices(targets, units).reduce((n, index, row) => n + +(index === predicted[row]), 0);
}

/** What one learner has allocated. */
class Memory {
  readonly simd: Simd;
  readonly #pointers = new Set<number>();
  #scratch = { pointer: 0, bytes: 0 };
  #index = { pointer: 0, length: 0 };

  constructor(simd: Simd) {
    this.simd = simd;
  }

  alloc(bytes: number): number {
    const pointer = this.simd.alloc(bytes);
    this.#pointers.add(pointer);
    return pointer;
  }

  zeros(length: number): number {
    const pointer = this.alloc(4 * length);
    this.simd.f32(pointer, length).fill(0);
    return pointer;
  }

  /** The same memory at each call, unless more is asked for. */
  scratch(bytes: number): number {
    if (this.#scratch.bytes < bytes) this.#scratch = { pointer: this.alloc(bytes), bytes };
    return this.#scratch.pointer;
  }

  /** A copy of an index, good until the next call. */
  index(rows: Int32Array): number {
    if (this.#index.length < rows.length) {
      this.#index = { pointer: this.alloc(4 * rows.length), length: rows.length };
    }
    this.simd.i32(this.#index.pointer, rows.length).set(rows);
    return this.#index.pointer;
  }

  free(): void {
    for (const pointer of this.#pointers) this.simd.free(pointer);
    this.#pointers.clear();
  }
}
