import { checkMatrix, checkSizes } from '../checks.ts';
import type { ProductArguments } from '../matmul-arguments.ts';
import type { Simd } from '../simd.ts';
import { atOnce, STEP_PRODUCTS64, type Steps } from '../steps.ts';
import { KC64, MC64, MR64 } from '../wasm/tables.ts';
import { inWorkspace } from './memory.ts';

/** Arguments of `matmul64At`. */
export interface Matmul64Arguments extends ProductArguments {
  /** Pointer to op(B) as it is stored: k×n, or n×k where transposed. */
  b: number;
  /** Adds to what `out` holds. Default: false. */
  accumulate?: boolean;
  /** Computes and touches only the numbers on and below the diagonal. Default: false. */
  lower?: boolean;
}

/**
 * out = alpha·op(A)·op(B), or out += …, row-major float64 in the instance's memory.
 *
 * @throws SimdMemoryError if there is no room to pack the operands.
 * @example
 * matmul64At(simd, { a: x, b: y, out, m: 100, n: 10, k: 64, transposeA: true });
 */
export function matmul64At(simd: Simd, options: Matmul64Arguments): void {
  atOnce(product(simd, options, 1));
}

/**
 * `matmul64At` in steps, with the same bits.
 *
 * @example
 * await inTurns(matmul64StepsAt(simd, { a: x, b: y, out, m: 400, n: 400, k: 400 }));
 */
export function matmul64StepsAt(simd: Simd, options: Matmul64Arguments): Steps<void> {
  const { m, n, k } = options;
  return product(simd, options, (m * n * Math.max(k, 1)) / STEP_PRODUCTS64);
}

/** @param steps the number of steps that one thread takes; 1 for all at once. */
function* product(simd: Simd, options: Matmul64Arguments, steps: number): Steps<void> {
  const { a, b, out, m, n, k, transposeA = false, transposeB = false, lower = false } = options;
  if (m === 0 || n === 0) return;
  const { lda = transposeA ? m : k, ldb = transposeB ? k : n, ldout = n } = options;
  const { alpha = 1, accumulate = false } = options;
  if (simd.has('matmul64')) {
    const args = [
      ...[a, b, out, m, n, k, lda, Number(transposeA), ldb, Number(transposeB), ldout],
      ...[alpha, Number(accumulate), Number(lower)],
    ];
    yield* simd.runNative('matmul64', args, steps, { inPlace: accumulate });
    return;
  }
  // Half of a triangle's parts may be empty, and the others differ in size: cut it finer.
  const whole = simd.partsFor(2 * m * n * Math.max(k, 1), 1e6, lower ? 12 : 4);
  const wanted = simd.partsInSteps(steps, whole).parts;
  const mParts = Math.min(wanted, Math.ceil(m / MC64));
  const nParts = Math.min(Math.ceil(wanted / mParts), Math.ceil(n / 8));
  const cut = simd.inWindows(simd.partsInSteps(steps, mParts * nParts, mParts * nParts));
  const rows = Math.min(MC64, Math.ceil(m / MR64) * MR64);
  const tileBytes = 8 * MR64 * MR64;
  const scratchBytes = tileBytes + Math.ceil((8 * rows * Math.min(KC64, k + 3)) / 64) * 64;
  const packedBytes = Math.ceil((Math.ceil(n / MR64) * MR64 * 8 * k) / 64) * 64;
  const bytes = packedBytes + cut.together * scratchBytes;
  const { isWhole } = cut;
  // Between two steps, others may use the scratch memory.
  const packed = isWhole ? simd.scratch(bytes) : simd.alloc(bytes);
  try {
    const most = Math.ceil(n / 8);
    const pack = Math.max(1, Math.min(simd.partsFor(k * n, 32768), most));
    const packing = [b, packed, n, k, ldb, Number(transposeB)];
    const packs = simd.partsInSteps(isWhole ? 1 : (2 * k * n) / STEP_PRODUCTS64, pack, most);
    yield* simd.runSteps('packB64', () => packing, packs);
    if (!isWhole) yield;
    // The parts of a step share the scratch memory of the step before.
    const scratch = (from: number) => (packed + packedBytes - from * scratchBytes) >>> 0;
    yield* simd.runSteps(
      'gemm64',
      (from) => [
        ...[a, packed, out, m, n, k, lda, Number(transposeA), ldout, alpha, Number(accumulate)],
        ...[Number(lower), scratch(from), scratchBytes, mParts, nParts],
      ],
      cut,
      { inPlace: accumulate },
    );
  } finally {
    if (!isWhole) simd.free(packed);
  }
}

/** Shape and settings of `matmul64`. */
export type Matmul64Shape = Pick<
  Matmul64Arguments,
  'm' | 'n' | 'k' | 'transposeA' | 'transposeB' | 'alpha'
>;

/**
 * alpha·op(A)·op(B) of row-major float64 matrices: copies the operands in and the product out.
 *
 * @param a op(A) as it is stored: m×k, or k×m where transposed
 * @param b op(B) as it is stored: k×n, or n×k where transposed
 * @returns m×n numbers
 * @throws RangeError if a length does not match the shape.
 * @throws SimdMemoryError if there is no room.
 * @example
 * const a = Float64Array.of(1, 2, 3, 4); // 2×2
 * matmul64(getSimd(), a, a, { m: 2, n: 2, k: 2 }); // 7, 10, 15, 22
 */
export function matmul64(
  simd: Simd,
  a: Float64Array,
  b: Float64Array,
  options: Matmul64Shape,
): Float64Array {
  return atOnce(matmul64Steps(simd, a, b, options));
}

/**
 * `matmul64` in steps, with the same bits; it throws as `matmul64` does.
 *
 * @example
 * const a = Float64Array.of(1, 2, 3, 4);
 * await inTurns(matmul64Steps(getSimd(), a, a, { m: 2, n: 2, k: 2 })); // 7, 10, 15, 22
 */
export function* matmul64Steps(
  simd: Simd,
  a: Float64Array,
  b: Float64Array,
  options: Matmul64Shape,
): Steps<Float64Array> {
  const { m, n, k } = options;
  checkSizes({ m, n, k });
  checkMatrix('a', a, m, k);
  checkMatrix('b', b, k, n);
  return yield* inWorkspace(simd, function* (space) {
    const at = { a: space.put(a), b: space.put(b), out: space.alloc(m * n) };
    yield;
    yield* matmul64StepsAt(simd, { ...options, ...at });
    yield;
    return simd.f64(at.out, m * n).slice();
  });
}
