import { createRandom, type Random } from '@kernel-methods/random';
import type { Chunk, Examples } from '../data/examples.ts';
import { countOf, type Numerics, type Picked } from '../numerics/numerics.ts';
import { eventLoopYielder } from '../runtime/event-loop-yielder.ts';
import type { RidgeRows } from './leave-one-out.ts';

/**
 * The number of rows that are read at a time: the product that picks them has this many outputs.
 */
const ROWS = 64;

/**
 * Copies random rows out of the chunks of a pass as they arrive, however many there will be: all
 * rows with a weight are equally likely.
 *
 * Vitter, "Random sampling with a reservoir", ACM TOMS 11, 1985 (algorithm R).
 */
export class RowSample {
  readonly #numerics: Numerics;
  readonly #random: Random;
  readonly #size: number;
  readonly #width: number;
  readonly #units: number;
  readonly #z: Float32Array;
  readonly #y: Float32Array;
  readonly #weights: Float32Array;
  #passed = 0;

  /** @param size the number of rows, if there are that many. */
  constructor(
    numerics: Numerics,
    { rows, width, units }: Pick<Examples, 'rows' | 'width' | 'units'>,
    size: number,
    seed: number,
  ) {
    this.#numerics = numerics;
    this.#random = createRandom(seed).stream('sample');
    this.#size = rows < size ? rows : size; // The number of rows of a stream may be unknown.
    this.#width = width;
    this.#units = units;
    this.#z = new Float32Array(this.#size * width);
    this.#y = new Float32Array(this.#size * units);
    this.#weights = new Float32Array(this.#size);
  }

  async take({ z, picked, targets, weights }: Chunk): Promise<void> {
    const [width, units] = [this.#width, this.#units];
    const drawn = [...this.#draw(countOf(picked), weights)];
    const turns = eventLoopYielder();
    for (let start = 0; start < drawn.length; start += ROWS) {
      const some = drawn.slice(start, start + ROWS);
      const index = Int32Array.from(some, ([, at]) => rowOf(picked, at));
      const rows = await this.#read(z, index);
      some.forEach(([slot, at], i) => {
        this.#z.set(rows.subarray(i * width, (i + 1) * width), slot * width);
        this.#y.set(targets.subarray(at * units, (at + 1) * units), slot * units);
        this.#weights[slot] = weights?.[at] ?? 1;
      });
      if (turns.isDue()) await turns.take();
    }
  }

  /** The rows drawn so far. */
  get rows(): RidgeRows {
    const [width, units] = [this.#width, this.#units];
    const count = Math.min(this.#size, this.#passed);
    return {
      z: this.#z.subarray(0, count * width),
      y: this.#y.subarray(0, count * units),
      weights: this.#weights.subarray(0, count),
      ...{ width, units },
    };
  }

  /** For each place in the sample that changes, the row of the chunk that it takes. */
  #draw(count: number, weights?: Float32Array): Map<number, number> {
    const drawn = new Map<number, number>();
    for (let at = 0; at < count; at++) {
      if (weights?.[at] === 0) continue;
      const isFull = this.#passed >= this.#size;
      const slot = isFull ? this.#random.integer(this.#passed + 1) : this.#passed;
      if (slot < this.#size) drawn.set(slot, at);
      this.#passed++;
    }
    return drawn;
  }

  /** Reads rows of a matrix, in any memory, as their product with the identity. */
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

const rowOf = (picked: Picked, at: number) =>
  picked instanceof Int32Array ? picked[at] : picked.from + at;
