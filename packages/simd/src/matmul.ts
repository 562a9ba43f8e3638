import { isNarrow, narrowMatmulAt } from './narrow-matmul.ts';
import type { Simd } from './simd.ts';

/** What happens to a number of the product, after its bias is added. `cosine`: factor·cos(v). */
export type Epilogue = 'linear' | 'relu' | 'cosine';

/** As the kernels number them. */
export const epilogues: readonly Epilogue[] = ['linear', 'relu', 'cosine'];

/** A matrix that lies ready as the right operand of products. */
export interface PackedMatrix {
  readonly pointer: number;
  readonly k: number;
  readonly n: number;
  /** Whether it holds no infinity and no NaN; where left out, each product looks. */
  readonly finite?: boolean;
}

export interface MatmulArguments {
  /** Pointer to op(A)'s storage: m×k, or k×m where transposed. */
  a: number;
  /** Pointer to op(B)'s storage: k×n, or n×k where transposed; or a packed matrix. */
  b: number | PackedMatrix;
  /** Pointer to m×n numbers. Must not overlap the operands. */
  out: number;
  m: number;
  n: number;
  k: number;
  transposeA?: boolean;
  transposeB?: boolean;
  /** Elements from one stored row to the next. Default: as many as a row has. */
  lda?: number;
  ldb?: number;
  ldout?: number;
  /** Default 1. */
  alpha?: number;
  /** Pointer to n numbers that are added to each row. */
  bias?: number;
  epilogue?: Epilogue;
  /** Factor of the cosine. Default 1. */
  factor?: number;
}

/** out = epilogue(alpha·op(A)·op(B) + bias), row-major float32 in the instance's memory. */
export function matmulAt(simd: Simd, options: MatmulArguments): void {
  const { a, b, out, m, n, k, transposeA = false, transposeB = false } = options;
  if (m === 0 || n === 0) return;
  const { lda = transposeA ? m : k, ldout = n, alpha = 1, bias = 0, factor = 1 } = options;
  const epilogue = epilogues.indexOf(options.epilogue ?? 'linear');
  const ldb = options.ldb ?? (transposeB ? k : n);
  if (isNarrow(options)) {
    narrowMatmulAt(simd, { ...options, b: b as number, lda, ldb, ldout });
    return;
  }
  const loose = typeof b === 'number';
  // Few rows: each part packs what it needs of B, and B never goes through memory twice.
  const own = loose && m <= OWN_ROWS;
  const { mParts, nParts } = grid(simd, m, n, k);
  const { rows, bytes: scratchBytes } = scratchOfPart(m, k, own);
  const packedBytes = loose && !own ? packedSize(simd, k, n) : 0;
  // Where many parts share the rows of A, these are packed once for all.
  const leftBytes = nParts > 2 && m <= OWN_ROWS ? packedLeftSize(m, k) : 0;
  const scratch = simd.scratch(packedBytes + leftBytes + mParts * nParts * scratchBytes);
  if (packedBytes) packInto(simd, scratch, b as number, k, n, transposeB, ldb);
  const left = leftBytes && scratch + packedBytes;
  if (left) {
    const parts = Math.min(simd.partsFor(m * k, 32768), Math.ceil(m / 6));
    simd.run('packA', [a, left, m, k, lda, Number(transposeA)], parts);
  }
  const right = !loose ? b.pointer : own ? b : scratch;
  simd.run(
    'gemm',
    [
      ...[a, right, out, m, n, k, lda, Number(transposeA), ldout, alpha, bias, epilogue, factor],
      ...[scratch + packedBytes + leftBytes, scratchBytes, mParts, nParts, rows],
      ...[own ? ldb : 0, Number(transposeB), Number(!loose && b.finite === true), left],
    ],
    mParts * nParts,
  );
}

// As in the kernels: `blockDepth` gives at most DEPTH, a part packs COLUMNS of B at a time.
const DEPTH = 832;
const COLUMNS = 128;
/** A tile that is kept aside, in bytes. */
export const TILE = 512;
/** Rows of A that are packed at a time: 96·832·4 bytes stay in the second cache. */
const ROWS = 96;
/** With up to so many rows (a multiple of 6), parts pack B for themselves. */
const OWN_ROWS = 264;

function scratchOfPart(m: number, k: number, own: boolean) {
  const rows = Math.min(m <= OWN_ROWS ? OWN_ROWS : ROWS, Math.ceil(m / 6) * 6);
  const depth = Math.min(DEPTH, k);
  // Rows of A, columns of B, and for each panel of A how many of its steps are left and which.
  const numbers = (rows + (own ? COLUMNS : 0)) * depth + (rows / 6) * (depth + 1);
  return { rows, bytes: Math.ceil((TILE + 4 * numbers) / 64) * 64 };
}

/** The scratch of a part that packs its own of B, and the rows that it packs; none for too many rows. */
export const ownScratch = (m: number, k: number) =>
  m <= OWN_ROWS ? scratchOfPart(m, k, true) : undefined;

/** As in the kernel `packA`: panels of six rows, how many steps of each are left, and which. */
function packedLeftSize(m: number, k: number): number {
  const panels = Math.ceil(m / 6);
  const bytes = 4 * panels * (7 * k + Math.ceil(k / DEPTH));
  return Math.ceil(bytes / 64) * 64;
}

/** How a product is cut: tall parts read less of B, wide ones pack less of A. */
function grid(simd: Simd, m: number, n: number, k: number) {
  // Parts that pack little may be small: the last one is waited for.
  const parts = simd.partsFor(2 * m * n * Math.max(k, 1), 1e6, 8);
  const most = panelsOf(simd, n);
  // Few rows: columns alone, since all parts share the packed rows. Else rows first, 64 or more a part.
  const mParts = m <= OWN_ROWS && most >= parts ? 1 : Math.min(parts, Math.ceil(m / 64));
  return { mParts, nParts: Math.min(Math.ceil(parts / mParts), most) };
}

/** Packs a k×n matrix (n×k where transposed) once, for many products. Free it with `simd.free(pointer)`. */
export function packMatrix(
  simd: Simd,
  b: number,
  k: number,
  n: number,
  transpose = false,
  ldb?: number,
): PackedMatrix {
  const pointer = simd.alloc(packedSize(simd, k, n));
  packInto(simd, pointer, b, k, n, transpose, ldb);
  return { pointer, k, n, finite: holdsFinite(simd.f32(pointer, packedSize(simd, k, n) / 4)) };
}

/** 0·x is 0 for every finite x, and NaN for the others. */
function holdsFinite(values: Float32Array): boolean {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += 0 * values[i];
  return sum === 0;
}

const panelColumns = (simd: Simd) => (simd.variant === 'wide' ? 16 : 8);

/** How many panels n columns of B make. */
export const panelsOf = (simd: Simd, n: number) => Math.ceil(n / panelColumns(simd));

/** The bytes of a packed k×n matrix. */
export const packedSize = (simd: Simd, k: number, n: number) =>
  panelsOf(simd, n) * panelColumns(simd) * k * 4;

function packInto(
  simd: Simd,
  to: number,
  b: number,
  k: number,
  n: number,
  transpose: boolean,
  ldb = transpose ? k : n,
): void {
  const parts = Math.min(simd.partsFor(k * n, 65536), panelsOf(simd, n));
  simd.run('packB', [b, to, n, k, ldb, Number(transpose)], Math.max(1, parts));
}

export interface MatmulShape extends Omit<MatmulArguments, 'a' | 'b' | 'out' | 'bias'> {
  bias?: Float32Array;
}

/** The same over typed arrays: copies the operands in and the product out. */
export function matmul(
  simd: Simd,
  a: Float32Array,
  b: Float32Array,
  options: MatmulShape,
): Float32Array {
  const { m, n, k } = options;
  checkLength('a', a, m * k);
  checkLength('b', b, k * n);
  if (options.bias) checkLength('bias', options.bias, n);
  const pointers: number[] = [];
  const put = (values: Float32Array) => {
    const pointer = simd.alloc(values.byteLength);
    pointers.push(pointer);
    simd.f32(pointer, values.length).set(values);
    return pointer;
  };
  try {
    const bias = options.bias && put(options.bias);
    const at = { a: put(a), b: put(b), out: simd.alloc(4 * m * n) };
    pointers.push(at.out);
    matmulAt(simd, { ...options, ...at, bias });
    return simd.f32(at.out, m * n).slice();
  } finally {
    for (const pointer of pointers) simd.free(pointer);
  }
}

function checkLength(name: string, { length }: Float32Array, expected: number): void {
  if (length !== expected) {
    throw new RangeError(`\`${name}\` must have ${expected} numbers. Received: ${length}.`);
  }
}
