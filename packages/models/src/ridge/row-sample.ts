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
  readonly #seed: number;
  #random: Random;
  readonly #size: number;
  readonly #width: number;
  readonly #units: number;
  readonly #z: Float32Array;
  readonly #y: Float32Array;
  readonly #weights: Float32Array;
  #passed = 0;
  /** The rows in the sample, fewer than its size if there were fewer, or if some were removed. */
  #kept = 0;

  /** @param size the number of rows, if there are that many. */
  constructor(
    numerics: Numerics,
    { rows, width, units }: Pick<Examples, 'rows' | 'width' | 'units'>,
    size: number,
    seed: number,
  ) {
    this.#numerics = numerics;
    this.#seed = seed;
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

  /** An independent sample of the same rows, to which others may come. */
  clone(): RowSample {
    const size = { rows: this.#size, width: this.#width, units: this.#units };
    const copy = new RowSample(this.#numerics, size, this.#size, this.#seed);
    // The order of earlier draws is not repeated.
    copy.#random = createRandom(this.#seed).stream(`sample after ${this.#passed}`);
    copy.#z.set(this.#z);
    copy.#y.set(this.#y);
    copy.#weights.set(this.#weights);
    copy.#passed = this.#passed;
    copy.#kept = this.#kept;
    return copy;
  }

  /** A sample of the rows of both, in which each row is again equally likely. */
  merge(other: RowSample): void {
    const all = this.#passed + other.#passed;
    for (let from = 0; from < other.#kept; from++) {
      const hasRoom = this.#kept < this.#size;
      if (!hasRoom && this.#random.integer(all) >= other.#passed) continue;
      this.#copyFrom(other, from, hasRoom ? this.#kept : from);
      if (hasRoom) this.#kept++;
    }
    this.#passed = all;
  }

  /** Drops rows that are among these, up to rounding: one for each. */
  remove(z: Float32Array): void {
    const width = this.#width;
    for (let at = 0; at < z.length; at += width) {
      this.#passed = Math.max(0, this.#passed - 1);
      const slot = this.#find(z.subarray(at, at + width));
      if (slot < 0) continue;
      this.#kept--;
      this.#copyFrom(this, this.#kept, slot);
    }
    this.#passed = Math.max(this.#passed, this.#kept);
  }

  /** The place of a row in the sample, or −1. */
  #find(row: Float32Array): number {
    const width = this.#width;
    const near = 1e-5 * row.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    for (let slot = 0; slot < this.#kept; slot++) {
      let i = 0;
      while (i < width && Math.abs(this.#z[slot * width + i] - row[i]) <= near) i++;
      if (i === width) return slot;
    }
    return -1;
  }

  #copyFrom(other: RowSample, from: number, slot: number): void {
    const [width, units] = [this.#width, this.#units];
    this.#z.set(other.#z.subarray(from * width, (from + 1) * width), slot * width);
    this.#y.set(other.#y.subarray(from * units, (from + 1) * units), slot * units);
    this.#weights[slot] = other.#weights[from];
  }

  /** The rows drawn so far. */
  get rows(): RidgeRows {
    const [width, units] = [this.#width, this.#units];
    const count = this.#kept;
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
      const isFull = this.#kept >= this.#size;
      const slot = isFull ? this.#random.integer(this.#passed + 1) : this.#kept++;
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
