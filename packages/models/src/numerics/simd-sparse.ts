import {
  permuteAt,
  type Simd,
  sparseProductAt,
  sparseTransposedProductAt,
} from '@kernel-methods/simd';
import type { SparseRows } from '@kernel-methods/tables';
import { borrow, indexBytes } from './borrow.ts';
import { countOf, type Picked } from './numerics.ts';
import type { SimdMatrix, SimdRows } from './simd-matrix.ts';
import { pickedSparseRows } from './sparse-rows.ts';

/**
 * Rows in simd's memory whose zeros are not kept. The kernels take heads with the weights of a
 * feature side by side, so heads and gradients are transposed on the way.
 */
export class SimdSparse implements SimdRows {
  readonly rows: number;
  readonly columns: number;
  readonly numbersPerRow: number;
  readonly #simd: Simd;
  readonly #numbers: number;
  #pointer: number | undefined;

  /** Copies the rows. */
  constructor(simd: Simd, { indptr, indices, values, shape }: SparseRows) {
    [this.rows, this.columns] = shape;
    this.#simd = simd;
    this.#numbers = values.length;
    this.numbersPerRow = values.length / Math.max(1, this.rows);
    this.#pointer = simd.alloc(4 * (indptr.length + 2 * values.length));
    simd.i32(this.#at.indptr, indptr.length).set(indptr);
    simd.i32(this.#at.indices, indices.length).set(indices);
    simd.f32(this.#at.values, values.length).set(values);
  }

  /** A copy of picked rows. */
  take(picked: Picked): SparseRows {
    const { indptr, indices, values } = this.#at;
    const numbers = this.#numbers;
    const all = {
      indptr: new Uint32Array(this.#simd.buffer, indptr, this.rows + 1),
      indices: new Uint32Array(this.#simd.buffer, indices, numbers),
      values: this.#simd.f32(values, numbers),
      shape: [this.rows, this.columns] as const,
    };
    const rows = pickedSparseRows(all, picked);
    return { ...rows, indices: rows.indices.slice(), values: rows.values.slice() };
  }

  scores(picked: Picked, head: SimdMatrix, bias: SimdMatrix): Float32Array {
    const simd = this.#simd;
    const [count, units, d] = [countOf(picked), head.rows, this.columns];
    const bytes = 4 * (count * units + (units > 1 ? d * units : 0));
    return borrow(simd, bytes + indexBytes(picked), (out) => {
      const w = units === 1 ? head.pointer : out + 4 * count * units;
      if (units > 1) transpose(simd, head.pointer, w, units, d);
      const rows = this.#picked(picked, out + bytes);
      sparseProductAt(simd, { ...rows, w, bias: bias.pointer, out, units });
      return simd.f32(out, count * units).slice();
    });
  }

  gradient(picked: Picked, g: Float32Array, out: SimdMatrix): void {
    const simd = this.#simd;
    const [units, d] = [out.rows, this.columns];
    const bytes = 4 * (g.length + (units > 1 ? d * units : 0));
    borrow(simd, bytes + indexBytes(picked), (copy) => {
      simd.f32(copy, g.length).set(g);
      const product = units === 1 ? out.pointer : copy + 4 * g.length;
      const rows = this.#picked(picked, copy + bytes);
      sparseTransposedProductAt(simd, { ...rows, g: copy, out: product, units });
      if (units > 1) transpose(simd, product, out.pointer, d, units);
    });
  }

  copy(picked: Picked, out: Float32Array, origin?: Float32Array, weights?: Float32Array): void {
    const { columns } = this;
    const { indptr, indices, values } = this.#views;
    const count = countOf(picked);
    for (let i = 0, at = 0; i < count; i++, at += columns) {
      const root = weights === undefined ? 1 : Math.sqrt(weights[i]);
      out.fill(0, at, at + columns);
      if (root === 0) continue;
      if (origin) for (let j = 0; j < columns; j++) out[at + j] = -root * origin[j];
      const row = picked instanceof Int32Array ? picked[i] : picked.from + i;
      for (let k = indptr[row]; k < indptr[row + 1]; k++) {
        out[at + indices[k]] = root * (values[k] - (origin ? origin[indices[k]] : 0));
      }
    }
  }

  dispose(): void {
    if (this.#pointer !== undefined) this.#simd.free(this.#pointer);
    this.#pointer = undefined;
  }

  get #at() {
    if (this.#pointer === undefined) throw new Error('The matrix is disposed.');
    const indptr = this.#pointer;
    const indices = indptr + 4 * (this.rows + 1);
    return { indptr, indices, values: indices + 4 * this.#numbers };
  }

  /** Views, which are valid until the next allocation. */
  get #views() {
    const { indptr, indices, values } = this.#at;
    return {
      indptr: this.#simd.i32(indptr, this.rows + 1),
      indices: this.#simd.i32(indices, this.#numbers),
      values: this.#simd.f32(values, this.#numbers),
    };
  }

  /** The rows as the kernels take them; an index is copied to `memory`. */
  #picked(picked: Picked, memory: number) {
    const { indptr, ...at } = this.#at;
    const count = countOf(picked);
    const numbers = Math.ceil(count * this.numbersPerRow);
    const rest = { ...at, count, features: this.columns, numbers };
    if (!(picked instanceof Int32Array)) return { ...rest, indptr: indptr + 4 * picked.from };
    this.#simd.i32(memory, count).set(picked);
    return { ...rest, indptr, rows: memory };
  }
}

/** out = the transpose of `rows × columns` numbers. */
const transpose = (simd: Simd, x: number, out: number, rows: number, columns: number) =>
  permuteAt(simd, { x, out, lengths: [1, 1, columns, rows], strides: [0, 0, 1, columns] });
