import { crossAt, gramAt, mirrorAt, type Simd } from '@kernel-methods/simd';
import { checkRows } from './check-arguments.ts';
import { countOf, type Matrix, type MomentSums, type Moments, type Picked } from './numerics.ts';
import { own, type SimdMatrix } from './simd-matrix.ts';
import { addTargets, momentSums, noTargets } from './target-sums.ts';

/** Rows at a time: as many as `gramAt` multiplies at once. */
const BLOCK = 832;

/** Sums in simd's memory: one D × D of float64, of which only the upper half is computed. */
export class SimdMoments implements Moments {
  readonly #simd: Simd;
  readonly #features: number;
  readonly #outputs: number;
  readonly #targets;
  /** D × D, and behind it D × (outputs + 1); undefined once disposed. */
  #sums: number | undefined;

  constructor(simd: Simd, features: number, outputs: number) {
    this.#simd = simd;
    this.#features = features;
    this.#outputs = outputs;
    this.#targets = noTargets(outputs);
    const length = features * (features + outputs + 1);
    this.#sums = simd.alloc(8 * length);
    simd.f64(this.#sums, length).fill(0);
  }

  async add(z: Matrix, picked: Picked, y: Float32Array, weights?: Float32Array): Promise<void> {
    checkRows({ features: this.#features, outputs: this.#outputs }, z, picked, y, weights);
    const count = countOf(picked);
    // Rows that do not lie together, or that are weighted, are copied together first.
    const copied = picked instanceof Int32Array || weights !== undefined;
    const [size, width] = [Math.min(BLOCK, count), this.#outputs + 1];
    const targets = this.#simd.alloc(4 * size * (width + (copied ? z.columns : 0)));
    const copy = targets + 4 * size * width;
    try {
      for (let from = 0; from < count; from += BLOCK) {
        const n = Math.min(BLOCK, count - from);
        const part = weights?.subarray(from, from + n);
        const block = copied ? copy : own(z).pointer + 4 * (picked.from + from) * z.columns;
        if (copied) copyRows(own(z), picked, from, this.#simd.f32(copy, n * z.columns), part);
        const some = y.subarray(from * this.#outputs, (from + n) * this.#outputs);
        addTargets(this.#targets, some, part, this.#simd.f32(targets, n * width));
        this.#addBlock(block, targets, n);
      }
    } finally {
      this.#simd.free(targets);
    }
  }

  read(): MomentSums {
    const [simd, d] = [this.#simd, this.#features];
    mirrorAt(simd, this.#gram, d, { float64: true });
    const cross = simd.f64(this.#cross, d * (this.#outputs + 1));
    return momentSums(this.#targets, cross, simd.f64(this.#gram, d * d).slice());
  }

  take(): MomentSums {
    const sums = this.read();
    this.dispose();
    return sums;
  }

  dispose(): void {
    if (this.#sums !== undefined) this.#simd.free(this.#sums);
    this.#sums = undefined;
  }

  get #gram(): number {
    if (this.#sums === undefined) throw new Error('The moments are disposed.');
    return this.#sums;
  }

  get #cross(): number {
    return this.#gram + 8 * this.#features ** 2;
  }

  #addBlock(z: number, y: number, n: number): void {
    const common = { z, n, d: this.#features, float64: true, add: true };
    crossAt(this.#simd, { ...common, y, units: this.#outputs + 1, out: this.#cross });
    gramAt(this.#simd, { ...common, out: this.#gram, mirror: false });
  }
}

/** Fills `out` with rows, each times the root of its weight: so their products carry the weight. */
function copyRows(
  z: SimdMatrix,
  picked: Picked,
  from: number,
  out: Float32Array,
  weights: Float32Array | undefined,
): void {
  const { columns } = z;
  const source = z.view();
  for (let i = 0, at = 0; at < out.length; i++, at += columns) {
    const row = picked instanceof Int32Array ? picked[from + i] : picked.from + from + i;
    out.set(source.subarray(row * columns, (row + 1) * columns), at);
    if (weights === undefined) continue;
    const root = Math.sqrt(weights[i]);
    for (let j = at; j < at + columns; j++) out[j] *= root;
  }
}
