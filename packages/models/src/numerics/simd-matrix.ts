import type { Simd } from '@kernel-methods/simd';
import type { Matrix } from './numerics.ts';

/** A matrix in simd's memory. */
export class SimdMatrix implements Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly #simd: Simd;
  #pointer: number | undefined;

  constructor(simd: Simd, rows: number, columns: number) {
    this.#simd = simd;
    this.rows = rows;
    this.columns = columns;
    this.#pointer = simd.alloc(4 * rows * columns);
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

  dispose(): void {
    if (this.#pointer !== undefined) this.#simd.free(this.#pointer);
    this.#pointer = undefined;
  }
}

/** Every matrix that simd's numerics get was made by them. */
export const own = (matrix: Matrix) => matrix as SimdMatrix;
