import type { PackedMatrix, Simd } from '@kernel-methods/simd';
import type { TypedArray } from '@tensorflow/tfjs-core';

/** Types of numbers that live in simd's memory; their places in this list are the kernels' codes. */
export const numericTypes = ['float32', 'int32', 'bool'] as const;
export type NumericType = (typeof numericTypes)[number];

export const isNumeric = (dtype: string): dtype is NumericType =>
  numericTypes.includes(dtype as NumericType);

export const bytesPerNumber = (dtype: NumericType): number => (dtype === 'bool' ? 1 : 4);

/**
 * The numbers of a tensor in simd's memory. It has the members that tfjs's CPU kernels look for in
 * `backend.data`, so that they run on it unchanged. Its numbers never change once a kernel has
 * written them.
 */
export class Block {
  refCount = 1;
  /** The numbers as a matrix that lies ready for products, by the key of how it was packed. */
  readonly packed = new Map<string, PackedMatrix | undefined>();
  readonly simd: Simd;
  readonly pointer: number;
  readonly length: number;
  readonly dtype: NumericType;

  constructor(simd: Simd, length: number, dtype: NumericType, refCount = 1) {
    this.simd = simd;
    this.pointer = simd.alloc(length * bytesPerNumber(dtype));
    this.length = length;
    this.dtype = dtype;
    this.refCount = refCount;
  }

  /** A fresh view: growing a memory that is not shared detaches the views made before. */
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

  /** Gives up the packed copies. */
  unpack(): void {
    for (const matrix of this.packed.values()) if (matrix) this.simd.free(matrix.pointer);
    this.packed.clear();
  }
}
