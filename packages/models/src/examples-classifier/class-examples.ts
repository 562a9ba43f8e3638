import { choleskyAt, getSimd, matmul64At } from '@kernel-methods/simd';
import * as tf from '@tensorflow/tfjs-core';
import { addMoments, addSums, lowerHalf, type RidgeSums, zeroSums } from '../ridge/sums.ts';

/** Maps rows of inputs to rows of features, both row-major. */
export type RowMap = (inputs: readonly Float32Array[]) => Float32Array;

/**
 * The examples of one class: as rows of features z or, once there are more than D + 1, only as Σ
 * [z, 1]ᵀ[z, 1], which is all that ridge regression needs.
 */
export class ClassExamples {
  /** The number of examples. */
  count = 0;
  /** The inputs whose features are not final: they may still be mapped with another scale. */
  inputs: Float32Array[] = [];
  #sums: RidgeSums;
  /** The features of all examples; absent once there are too many. */
  #rows: Float32Array | undefined = new Float32Array(0);
  #dataset: tf.Tensor2D | undefined;

  constructor(width: number) {
    this.#sums = zeroSums(width, 1);
  }

  /** Sums over the examples whose features are known; the target of all is 1. */
  get sums(): RidgeSums {
    return this.#sums;
  }

  add(input: Float32Array): void {
    this.inputs.push(input);
    this.count++;
    this.forgetDataset();
  }

  /** Maps the inputs; if the result is `final`, they are not kept. */
  map(map: RowMap, final: boolean): void {
    const { width } = this.#sums;
    if (this.inputs.length > 0) {
      const z = map(this.inputs);
      addRows(this.#sums, z);
      const rows = this.#rows;
      this.#rows = undefined;
      if (rows !== undefined && this.count <= width + 1) {
        this.#rows = new Float32Array(rows.length + z.length);
        this.#rows.set(rows);
        this.#rows.set(z, rows.length);
      }
    }
    if (final) this.inputs = [];
  }

  /** Forgets the features of inputs that are kept. */
  unmap(): void {
    this.#sums = zeroSums(this.#sums.width, 1);
    this.#rows = new Float32Array(0);
    this.forgetDataset();
  }

  /**
   * At most D + 1 rows [z, 1, …extra] with the same sum of products as the examples: their own
   * rows, or the triangle R of RᵀR = Σ [z, 1]ᵀ[z, 1]. Valid until the class changes.
   */
  dataset(extra: readonly number[]): tf.Tensor2D {
    if (this.#dataset === undefined || this.#dataset.isDisposed) {
      const values = this.values();
      const columns = this.#sums.width + 1;
      const count = values.length / columns;
      const all = new Float32Array(count * (columns + extra.length));
      for (let row = 0; row < count; row++) {
        const at = row * (columns + extra.length);
        all.set(values.subarray(row * columns, (row + 1) * columns), at);
        all.set(extra, at + columns);
      }
      this.#dataset = tf.keep(tf.tensor2d(all, [count, columns + extra.length]));
    }
    return this.#dataset;
  }

  /** The rows [z, 1] of `dataset`, row-major. */
  values(): Float32Array {
    const { width } = this.#sums;
    return this.#rows === undefined ? triangle(this.#sums) : withOnes(this.#rows, width);
  }

  /**
   * Forgets an example.
   *
   * @returns false if it is known not to be among them. Once there are only sums, it is taken out of them
   * in any case.
   */
  remove(input: Float32Array, map: RowMap | undefined): boolean {
    const { width } = this.#sums;
    const pending = this.inputs.findIndex((other) => isSame(other, input));
    if (pending >= 0) {
      this.inputs.splice(pending, 1);
      // Inputs that are kept have been mapped for a prediction, and are mapped again.
      if (map === undefined) this.unmap();
    } else if (map === undefined) {
      return false;
    } else {
      const z = map([input]);
      if (this.#rows !== undefined) {
        const at = placeOf(z, this.#rows);
        if (at < 0) return false;
        const left = new Float32Array(this.#rows.length - width);
        left.set(this.#rows.subarray(0, at));
        left.set(this.#rows.subarray(at + width), at);
        this.#rows = left;
      }
      const own = zeroSums(width, 1);
      addRows(own, z);
      addSums(this.#sums, own, -1);
    }
    this.count--;
    this.forgetDataset();
    return true;
  }

  /**
   * Examples from rows [z, 1, …] as `dataset` returns them.
   *
   * @param dataset the tensor of the rows, if there is one; this class owns it from then on.
   */
  static from(
    values: Float32Array,
    [count, columns]: readonly number[],
    width: number,
    dataset?: tf.Tensor2D,
  ): ClassExamples {
    const z = new Float32Array(count * width);
    const ones = new Float32Array(count);
    for (let row = 0; row < count; row++) {
      z.set(values.subarray(row * columns, row * columns + width), row * width);
      ones[row] = values[row * columns + width];
    }
    const examples = new ClassExamples(width);
    addRows(examples.#sums, z, ones);
    examples.count = Math.round(examples.#sums.weight);
    examples.#sums.weight = examples.count;
    examples.#rows = ones.every((one) => one === 1) ? z : undefined;
    examples.#dataset = dataset && tf.keep(dataset);
    return examples;
  }

  /** Frees the dataset, unless it is among those to keep. */
  forgetDataset(kept: readonly tf.Tensor[] = []): void {
    if (this.#dataset !== undefined && !kept.includes(this.#dataset)) this.#dataset.dispose();
    this.#dataset = undefined;
  }
}

const isSame = (a: Float32Array, b: Float32Array) => a.every((value, i) => value === b[i]);

/** Where a row of features begins among others, up to rounding; −1 if it is not there. */
function placeOf(z: Float32Array, rows: Float32Array): number {
  const width = z.length;
  for (let at = 0; at < rows.length; at += width) {
    let i = 0;
    // Features are at most √(2/D) in size.
    while (i < width && Math.abs(rows[at + i] - z[i]) <= 1e-5 * Math.sqrt(2 / width)) i++;
    if (i === width) return at;
  }
  return -1;
}

/** Adds rows [z, one] whose targets are `one`, in float64, as rows z/one with weight one². */
function addRows(sums: RidgeSums, z: Float32Array, ones?: Float32Array): void {
  const { width } = sums;
  const rows = z.length / width;
  const zMean = new Float64Array(width);
  let weight = 0;
  for (let row = 0, at = 0; row < rows; row++) {
    const one = ones?.[row] ?? 1;
    weight += one * one;
    for (let i = 0; i < width; i++, at++) zMean[i] += one * z[at];
  }
  if (weight === 0) return;
  for (let i = 0; i < width; i++) zMean[i] /= weight;
  const simd = getSimd();
  const a = simd.alloc(8 * z.length);
  const out = simd.alloc(8 * width * width);
  try {
    const centred = simd.f64(a, z.length);
    for (let row = 0, at = 0; row < rows; row++) {
      const one = ones?.[row] ?? 1;
      for (let i = 0; i < width; i++, at++) centred[at] = z[at] - one * zMean[i];
    }
    const product = { a, b: a, out, m: width, n: width, k: rows };
    matmul64At(simd, { ...product, transposeA: true, lower: true });
    const zz = lowerHalf(simd.f64(out, width * width), width);
    const [zy, yy] = [new Float64Array(width), new Float64Array(1)];
    addMoments(sums, { weight, zMean, yMean: Float64Array.of(1), zz, zy, yy });
  } finally {
    simd.free(a);
    simd.free(out);
  }
}

function withOnes(z: Float32Array, width: number): Float32Array {
  const rows = z.length / width;
  const out = new Float32Array(rows * (width + 1)).fill(1);
  for (let row = 0; row < rows; row++) {
    out.set(z.subarray(row * width, (row + 1) * width), row * (width + 1));
  }
  return out;
}

/** Upper triangle R with RᵀR = Σ [z, 1]ᵀ[z, 1]. */
function triangle({ width, weight, zMean, zz }: RidgeSums): Float32Array {
  const n = width + 1;
  const simd = getSimd();
  const a = simd.alloc(8 * n * n);
  try {
    const matrix = simd.f64(a, n * n);
    for (let i = 0, at = 0; i < width; i++) {
      for (let j = 0; j <= i; j++, at++) matrix[i * n + j] = zz[at] + weight * zMean[i] * zMean[j];
      matrix[width * n + i] = weight * zMean[i];
    }
    matrix[n * n - 1] = weight;
    choleskyAt(simd, a, n);
    const l = simd.f64(a, n * n);
    const out = new Float32Array(n * n);
    for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) out[j * n + i] = l[i * n + j];
    return out;
  } finally {
    simd.free(a);
  }
}
