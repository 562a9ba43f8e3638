import {
  bytesPerFeature,
  copyRowsAt,
  type FeatureType,
  matmulAt,
  rowsProductAt,
  rowsTransposedProductAt,
  type Simd,
} from '@kernel-methods/simd';
import { borrow, indexBytes } from './borrow.ts';
import { countOf, type Matrix, type Picked } from './numerics.ts';

/** Rows in simd's memory, which multiply themselves, whether their zeros are kept or not. */
export interface SimdRows extends Matrix {
  /** Z[picked]·headᵀ + bias, `count × units`. */
  scores(picked: Picked, head: SimdMatrix, bias: SimdMatrix): Float32Array;
  /** out = gᵀ·Z[picked], `units × features`. */
  gradient(picked: Picked, g: Float32Array, out: SimdMatrix): void;
  /**
   * Writes picked rows, minus an origin and times the roots of weights if there are any, into the
   * first numbers of an array. A row of weight 0 is 0, whatever it holds.
   */
  copy(picked: Picked, out: Float32Array, origin?: Float32Array, weights?: Float32Array): void;
}

/** A matrix in simd's memory. */
export class SimdMatrix implements SimdRows {
  readonly rows: number;
  readonly columns: number;
  readonly type: FeatureType;
  readonly #simd: Simd;
  #pointer: number | undefined;

  constructor(simd: Simd, rows: number, columns: number, type: FeatureType = 'float32') {
    this.#simd = simd;
    this.rows = rows;
    this.columns = columns;
    this.type = type;
    this.#pointer = simd.alloc(bytesPerFeature(type) * rows * columns);
  }

  get size(): number {
    return this.rows * this.columns;
  }

  get pointer(): number {
    if (this.#pointer === undefined) throw new Error('The matrix is disposed.');
    return this.#pointer;
  }

  /** A view, which is valid until the next allocation. */
  view(): Float32Array {
    return this.#simd.f32(this.pointer, this.size);
  }

  /** A copy of all numbers. */
  read(): Float32Array {
    return this.view().slice();
  }

  /**
   * Copies numbers over the rows from `at` on. Numbers in the same memory are copied by all threads, so that they share
   * the first access to new pages.
   */
  put(values: ArrayLike<number>, at: number): void {
    const { columns } = this;
    const isHere = values instanceof Float32Array && values.buffer === this.view().buffer;
    if (!isHere || values.length === 0) {
      this.view().set(values, at * columns);
      return;
    }
    const [rows, bytes] = [values.length / columns, 4 * columns];
    const [from, to] = [values.byteOffset, this.pointer + at * bytes];
    copyRowsAt(this.#simd, { from, to, rows, bytes });
  }

  scores(picked: Picked, head: SimdMatrix, bias: SimdMatrix): Float32Array {
    const simd = this.#simd;
    const [count, units] = [countOf(picked), head.rows];
    return borrow(simd, 4 * count * units + indexBytes(picked), (out) => {
      const rows = this.#picked(picked, out + 4 * count * units);
      rowsProductAt(simd, { ...rows, w: head.pointer, bias: bias.pointer, out, units });
      return simd.f32(out, count * units).slice();
    });
  }

  gradient(picked: Picked, g: Float32Array, out: SimdMatrix): void {
    const simd = this.#simd;
    const [k, n] = [countOf(picked), this.columns];
    const isPicked = picked instanceof Int32Array;
    const copied = isPicked ? k * n : 0;
    if (this.type === 'float32' && out.rows >= TILED_UNITS && copied <= MOST_COPIED) {
      // Products in tiles use the scratch memory themselves.
      const a = simd.alloc(4 * (g.length + copied));
      try {
        const copy = a + 4 * g.length;
        simd.f32(a, g.length).set(g);
        if (isPicked) this.copy(picked, simd.f32(copy, copied));
        const b = isPicked ? copy : this.#picked(picked, 0).z;
        matmulAt(simd, { m: out.rows, n, k, transposeA: true, a, b, out: out.pointer });
      } finally {
        simd.free(a);
      }
      return;
    }
    borrow(simd, 4 * g.length + indexBytes(picked), (copy) => {
      simd.f32(copy, g.length).set(g);
      const rows = this.#picked(picked, copy + 4 * g.length);
      rowsTransposedProductAt(simd, { ...rows, g: copy, out: out.pointer, units: out.rows });
    });
  }

  copy(picked: Picked, out: Float32Array, origin?: Float32Array, weights?: Float32Array): void {
    const { columns } = this;
    const source = this.view();
    const count = countOf(picked);
    for (let i = 0, at = 0; i < count; i++, at += columns) {
      const start = (picked instanceof Int32Array ? picked[i] : picked.from + i) * columns;
      const root = weights === undefined ? 1 : Math.sqrt(weights[i]);
      if (root === 0) {
        out.fill(0, at, at + columns);
      } else if (origin !== undefined) {
        for (let j = 0; j < columns; j++) out[at + j] = root * (source[start + j] - origin[j]);
      } else {
        out.set(source.subarray(start, start + columns), at);
        if (root !== 1) for (let j = at; j < at + columns; j++) out[j] *= root;
      }
    }
  }

  dispose(): void {
    if (this.#pointer !== undefined) this.#simd.free(this.#pointer);
    this.#pointer = undefined;
  }

  /** The rows as the kernels take them; an index is copied to `memory`. */
  #picked(picked: Picked, memory: number) {
    const { pointer, columns: features, type } = this;
    if (!(picked instanceof Int32Array)) {
      const z = pointer + bytesPerFeature(type) * picked.from * features;
      return { z, type, count: picked.count, features };
    }
    this.#simd.i32(memory, picked.length).set(picked);
    return { z: pointer, type, rows: memory, count: picked.length, features };
  }
}

/**
 * From so many outputs on, a gradient is faster in tiles, also of a copy of picked rows: twice with 150.
 */
const TILED_UNITS = 24;
/** The most numbers of picked rows that are copied: a mini-batch. */
const MOST_COPIED = 2 ** 22;

/** Every matrix that simd's numerics get was made by them. */
export const own = (matrix: Matrix) => matrix as SimdMatrix;

/** The same, of matrices that hold rows. */
export const ownRows = (matrix: Matrix) => matrix as SimdRows & Matrix;
