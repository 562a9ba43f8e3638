import {
  atOnce,
  crossAt,
  gramStepsAt,
  inTurns,
  KC,
  mirrorAt,
  type Simd,
  type Steps,
} from '@kernel-methods/simd';
import { checkRows } from './check-arguments.ts';
import { countOf, type Matrix, type MomentSums, type Moments, type Picked } from './numerics.ts';
import { compose } from './picked.ts';
import { provisionalMean } from './provisional-mean.ts';
import { own, ownRows, type SimdMatrix } from './simd-matrix.ts';
import { addSparseProductsSteps } from './sparse-moments.ts';
import { addTargets, momentSumsSteps, noTargets } from './target-sums.ts';

/** The number of rows at a time: as many as `gramAt` multiplies at once. */
const BLOCK = KC;

/**
 * The number of rows whose products with targets are summed in float32: few, because residuals
 * depend on their accuracy.
 */
const CROSS_BLOCK = KC / 8;

/** Sums in simd's memory: one D × D of float64, of which only the upper half is computed. */
export class SimdMoments implements Moments {
  readonly #simd: Simd;
  readonly #features: number;
  readonly #outputs: number;
  readonly #targets;
  /** D × D, and behind it D × (outputs + 1); undefined once disposed. */
  #sums: number | undefined;
  /**
   * What is subtracted from features: undefined before the first row with a weight, or if it is not
   * needed.
   */
  #origin: Float32Array | undefined;
  #hasOrigin = false;
  /** Whether the D × D numbers are written: the first product does that, on all threads. */
  #hasGram = false;

  constructor(simd: Simd, features: number, outputs: number) {
    this.#simd = simd;
    this.#features = features;
    this.#outputs = outputs;
    this.#targets = noTargets(outputs);
    const length = features * (features + outputs + 1);
    this.#sums = simd.alloc(8 * length);
    simd.f64(this.#cross, features * (outputs + 1)).fill(0);
  }

  async add(
    z: Matrix,
    picked: Picked,
    y: Float32Array,
    weights?: Float32Array,
    signal?: AbortSignal,
  ): Promise<void> {
    await inTurns(this.addSteps(z, picked, y, weights), signal);
  }

  /** `add`, in steps. */
  *addSteps(z: Matrix, picked: Picked, y: Float32Array, weights?: Float32Array): Steps<void> {
    checkRows({ features: this.#features, outputs: this.#outputs }, z, picked, y, weights);
    const count = countOf(picked);
    if (z.take) this.#hasOrigin = true;
    else this.#findOrigin(own(z), picked, weights);
    if (z.take && this.#origin === undefined) return yield* this.#addSparse(z, picked, y, weights);
    const origin = this.#origin;
    // Rows that are not contiguous or not float32, or are weighted or centred, are copied first.
    const lieReady = !(picked instanceof Int32Array) && own(z).type === 'float32';
    const copied = !lieReady || weights !== undefined || origin !== undefined;
    const [size, width] = [Math.min(BLOCK, count), this.#outputs + 1];
    const targets = this.#simd.alloc(4 * size * (width + (copied ? z.columns : 0)));
    const copy = targets + 4 * size * width;
    try {
      for (let from = 0; from < count; from += BLOCK) {
        const n = Math.min(BLOCK, count - from);
        const part = weights?.subarray(from, from + n);
        const block = copied ? copy : own(z).pointer + 4 * (picked.from + from) * z.columns;
        if (copied) {
          const rows = compose(picked, { from, count: n });
          ownRows(z).copy(rows, this.#simd.f32(copy, n * z.columns), origin, part);
        }
        const some = y.subarray(from * this.#outputs, (from + n) * this.#outputs);
        addTargets(this.#targets, some, part, this.#simd.f32(targets, n * width));
        yield;
        yield* this.#addBlock(block, targets, n);
      }
    } finally {
      this.#simd.free(targets);
    }
  }

  /**
   * Adds rows whose zeros are not kept. Their products are float64, so that no origin is needed.
   */
  *#addSparse(z: Matrix, picked: Picked, y: Float32Array, weights?: Float32Array): Steps<void> {
    const [count, width, d] = [countOf(picked), this.#outputs + 1, this.#features];
    const [outputs, simd] = [this.#outputs, this.#simd];
    this.#clearGram();
    for (let from = 0; from < count; from += BLOCK) {
      const n = Math.min(BLOCK, count - from);
      const part = weights?.subarray(from, from + n);
      const targets = new Float32Array(n * width);
      addTargets(this.#targets, y.subarray(from * outputs, (from + n) * outputs), part, targets);
      const rows = z.take!(compose(picked, { from, count: n }));
      yield* addSparseProductsSteps(rows, targets, part, () => ({
        gram: simd.f64(this.#gram, d * d),
        cross: simd.f64(this.#cross, d * width),
      }));
      yield;
    }
  }

  read(): MomentSums {
    return atOnce(this.#readSteps());
  }

  take(): MomentSums {
    return atOnce(this.takeSteps());
  }

  *takeSteps(): Steps<MomentSums> {
    try {
      return yield* this.#readSteps();
    } finally {
      this.dispose();
    }
  }

  *#readSteps(): Steps<MomentSums> {
    const [simd, d] = [this.#simd, this.#features];
    this.#clearGram();
    mirrorAt(simd, this.#gram, d, { float64: true });
    yield;
    const cross = simd.f64(this.#cross, d * (this.#outputs + 1)).slice();
    yield;
    // In turns between steps the memory may grow: a view is made for each.
    const square = () => simd.f64(this.#gram, d * d);
    return yield* momentSumsSteps(this.#targets, cross, square, this.#origin);
  }

  dispose(): void {
    if (this.#sums !== undefined) this.#simd.free(this.#sums);
    this.#sums = undefined;
  }

  /** Finds the origin from the first block of rows with a weight. */
  #findOrigin(z: SimdMatrix, picked: Picked, weights: Float32Array | undefined): void {
    if (this.#hasOrigin || weights?.every((weight) => weight === 0)) return;
    const count = countOf(picked);
    if (count === 0) return;
    const first = weights === undefined ? 0 : weights.findIndex((weight) => weight > 0);
    const from = first - (first % BLOCK);
    const rows = Math.min(BLOCK, count - from);
    const { columns: width } = z;
    const values = new Float32Array(rows * width);
    z.copy(compose(picked, { from, count: rows }), values);
    const at = (i: number) => i * width;
    const some = weights?.subarray(from, from + rows);
    this.#origin = provisionalMean({ values, width, at, rows, weights: some });
    this.#hasOrigin = true;
  }

  get #gram(): number {
    if (this.#sums === undefined) throw new Error('The moments are disposed.');
    return this.#sums;
  }

  get #cross(): number {
    return this.#gram + 8 * this.#features ** 2;
  }

  *#addBlock(z: number, y: number, n: number): Steps<void> {
    const [d, units] = [this.#features, this.#outputs + 1];
    const common = { d, float64: true, add: true };
    for (let from = 0; from < n; from += CROSS_BLOCK) {
      const rows = { z: z + 4 * from * d, y: y + 4 * from * units };
      const count = Math.min(CROSS_BLOCK, n - from);
      crossAt(this.#simd, { ...common, ...rows, n: count, units, out: this.#cross });
      yield;
    }
    const add = this.#hasGram;
    this.#hasGram = true;
    yield* gramStepsAt(this.#simd, { ...common, add, z, n, out: this.#gram, mirror: false });
  }

  /** The D × D numbers are 0, if no product has written them. */
  #clearGram(): void {
    if (this.#hasGram) return;
    this.#simd.f64(this.#gram, this.#features ** 2).fill(0);
    this.#hasGram = true;
  }
}
