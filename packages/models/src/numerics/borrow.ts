import type { Simd } from '@kernel-methods/simd';
import type { Picked } from './numerics.ts';

/** If a call needs more memory than this, it is freed after the call. */
const KEPT = 2 ** 20;

/**
 * Memory for one kernel call. A little is kept for the next call, so that steps of training
 * allocate nothing.
 */
export function borrow<T>(simd: Simd, bytes: number, use: (pointer: number) => T): T {
  if (bytes <= KEPT) return use(simd.scratch(bytes));
  const pointer = simd.alloc(bytes);
  try {
    return use(pointer);
  } finally {
    simd.free(pointer);
  }
}

export const indexBytes = (picked: Picked) =>
  picked instanceof Int32Array ? 4 * picked.length : 0;
