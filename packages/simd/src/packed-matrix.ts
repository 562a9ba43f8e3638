import { checkSizes } from './checks.ts';
import { TILE } from './javascript/tiles.ts';
import type { PackedMatrix } from './matmul-arguments.ts';
import type { Simd } from './simd.ts';
import { NR } from './wasm/tables.ts';

/**
 * Packs a k×n matrix (n×k where transposed) once, as the right operand of many products. float32.
 *
 * Its memory belongs to the caller: `simd.free(packed.pointer)`.
 *
 * @param b pointer to the matrix
 * @param ldb elements from one stored row to the next. Default: the length of a row.
 * @throws SimdMemoryError if there is no room.
 * @throws RangeError if a size is not a whole number, 0 or above.
 * @example
 * const frequencies = packMatrix(simd, pointer, 784, 4096);
 * matmulAt(simd, { a, b: frequencies, out, m: 128, n: 4096, k: 784 });
 * simd.free(frequencies.pointer);
 */
export function packMatrix(
  simd: Simd,
  b: number,
  k: number,
  n: number,
  transpose = false,
  ldb?: number,
): PackedMatrix {
  checkSizes({ k, n });
  const pointer = simd.alloc(packedSize(simd, k, n));
  packInto(simd, pointer, b, k, n, transpose, ldb);
  const numbers = packedSize(simd, k, n) / 4;
  return { pointer, k, n, finite: isFiniteThroughout(simd.f32(pointer, numbers)) };
}

/** It uses that 0·x is 0 for every finite x, and NaN for the others. */
function isFiniteThroughout(values: Float32Array): boolean {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += 0 * values[i];
  return sum === 0;
}

/** Columns in a panel of B, by build; those of the native engine are the PANEL of its tiles.rs. */
const PANEL = { ...NR, javascript: TILE };
const NATIVE_PANEL = 32;

const panelOf = (simd: Simd): number =>
  simd.has('packMatrix') ? NATIVE_PANEL : PANEL[simd.variant];

/** How many panels n columns of B make. */
export const panelsOf = (simd: Simd, n: number): number => Math.ceil(n / panelOf(simd));

/** The bytes of a packed k×n matrix. */
export const packedSize = (simd: Simd, k: number, n: number): number =>
  panelsOf(simd, n) * panelOf(simd) * k * 4;

/** Packs into memory that is already allocated. */
export function packInto(
  simd: Simd,
  to: number,
  b: number,
  k: number,
  n: number,
  transpose: boolean,
  ldb = transpose ? k : n,
): void {
  const parts = Math.max(1, Math.min(simd.partsFor(k * n, 65536), panelsOf(simd, n)));
  const stored = [ldb, Number(transpose)];
  if (simd.has('packMatrix')) simd.run('packMatrix', [b, to, k, n, ...stored], parts);
  else simd.run('packB', [b, to, n, k, ...stored], parts);
}
