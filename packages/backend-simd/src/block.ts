import {
  bytesPerNumber,
  type NumberType,
  type PackedMatrix,
  type Simd,
} from '@kernel-methods/simd';
import type { TypedArray } from '@tensorflow/tfjs-core';

/** Whether tensors of a type live in simd's memory. */
export const isNumeric = (dtype: string): dtype is NumberType =>
  dtype === 'float32' || dtype === 'int32' || dtype === 'bool';

/**
 * The numbers of a tensor in simd's memory. It has the members that tfjs's CPU kernels look for in
 * `backend.data`, so these kernels run on it unchanged. Once a kernel has written its numbers, they
 * never change.
 */
export class Block {
  refCount = 1;
  /** The numbers packed as a matrix, ready for products, by how they were packed. */
  readonly packed = new Map<string, PackedMatrix | undefined>();
  readonly simd: Simd;
  readonly pointer: number;
  readonly length: number;
  readonly dtype: NumberType;

  constructor(simd: Simd, length: number, dtype: NumberType, refCount = 1) {
    this.simd = simd;
    this.pointer = simd.alloc(length * bytesPerNumber(dtype));
    this.length = length;
    this.dtype = dtype;
    this.refCount = refCount;
  }

  /** A fresh view: when a memory that is not shared grows, earlier views are detached. */
  get values(): Float32Array | Int32Array | Uint8Array {
    const { simd, pointer, length } = this;
    if (this.dtype === 'float32') return simd.f32(pointer, length);
    if (this.dtype === 'int32') return simd.i32(pointer, length);
    return simd.u8(pointer, length);
  }

  /** Copies numbers in, converted to this block's type as JavaScript does. */
  set(values: TypedArray | ArrayLike<number>): this {
    // To bytes through int32: 256.5 becomes 0, as tfjs reads a bool.
    const whole = this.dtype === 'bool' && !(values instanceof Uint8Array);
    this.values.set(whole ? Int32Array.from(values) : values);
    return this;
  }

  free(): void {
    this.unpack();
    this.simd.free(this.pointer);
  }

  /** Frees the packed copies. */
  unpack(): void {
    for (const matrix of this.packed.values()) if (matrix) this.simd.free(matrix.pointer);
    this.packed.clear();
  }
}
