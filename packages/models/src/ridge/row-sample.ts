import { createRandom } from '@kernel-methods/random';
import type { Chunk, Examples } from '../examples.ts';
import type { Numerics, Picked } from '../numerics/numerics.ts';
import { countOf } from '../numerics/numerics.ts';
import type { RidgeRows } from './leave-one-out.ts';

/** Rows that are read at a time: the product that picks them takes so many outputs. */
const ROWS = 64;

/** Copies rows drawn at random out of the chunks of a pass, as they come by. */
export class RowSample {
  readonly #numerics: Numerics;
  readonly #z: Float32Array;
  readonly #y: Float32Array;
  readonly #weights: Float32Array;
  readonly #width: number;
  readonly #units: number;
  /** The drawn places in the pass, in ascending order. */
  readonly #places: Uint32Array;
  #passed = 0;
  #taken = 0;

  constructor(
    numerics: Numerics,
    { rows, width, units }: Pick<Examples, 'rows' | 'width' | 'units'>,
    size: number,
    seed: number,
  ) {
    this.#numerics = numerics;
    this.#width = width;
    this.#units = units;
    this.#places = createRandom(seed).stream('sample').permutation(rows).subarray(0, size).sort();
    const count = this.#places.length;
    this.#z = new Float32Array(count * width);
    this.#y = new Float32Array(count * units);
    this.#weights = new Float32Array(count);
  }

  async take({ z, picked, targets, weights }: Chunk): Promise<void> {
    const end = this.#passed + countOf(picked);
    const chosen: number[] = [];
    while (this.#places[this.#taken + chosen.length] < end) {
      chosen.push(this.#places[this.#taken + chosen.length] - this.#passed);
    }
    this.#passed = end;
    for (let start = 0; start < chosen.length; start += ROWS) {
      const some = chosen.slice(start, start + ROWS);
      this.#z.set(
        await this.#read(z, Int32Array.from(some, rowIn(picked))),
        this.#taken * this.#width,
      );
      for (const at of some) {
        const units = this.#units;
        this.#y.set(targets.subarray(at * units, (at + 1) * units), this.#taken * units);
        this.#weights[this.#taken] = weights?.[at] ?? 1;
        this.#taken++;
      }
    }
  }

  get rows(): RidgeRows {
    const [width, units] = [this.#width, this.#units];
    return { z: this.#z, y: this.#y, weights: this.#weights, width, units };
  }

  /** Rows of a matrix, wherever it lies: their product with the identity. */
  async #read(z: Chunk['z'], rows: Int32Array): Promise<Float32Array> {
    const identity = new Float32Array(rows.length ** 2);
    for (let i = 0; i < rows.length; i++) identity[i * (rows.length + 1)] = 1;
    const out = this.#numerics.zeros(rows.length, this.#width);
    try {
      this.#numerics.gradient(z, rows, identity, out);
      return await this.#numerics.read(out);
    } finally {
      out.dispose();
    }
  }
}

const rowIn = (picked: Picked) => (at: number) =>
  picked instanceof Int32Array ? picked[at] : picked.from + at;
