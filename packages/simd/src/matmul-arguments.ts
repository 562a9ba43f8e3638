import type { Epilogue } from './wasm/tables.ts';

/** What happens to a number of the product after its bias is added: nothing, max(0, v), or factor·cos(v). */
export type MatmulEpilogue = Epilogue;

/** A matrix that is packed as the right operand of products. */
export interface PackedMatrix {
  readonly pointer: number;
  readonly k: number;
  readonly n: number;
  /** Whether it holds no infinity and no NaN. If this is not given, each product checks it. */
  readonly finite?: boolean;
}

/** A product op(A)·op(B) of row-major matrices in memory. */
export interface ProductArguments {
  /** Pointer to op(A) as it is stored: m×k, or k×m where transposed. */
  a: number;
  /** Pointer to m×n numbers. Must not overlap the operands. */
  out: number;
  m: number;
  n: number;
  k: number;
  transposeA?: boolean;
  transposeB?: boolean;
  /** Elements from one stored row to the next. Default: the length of a row. */
  lda?: number;
  ldb?: number;
  ldout?: number;
  /** Default: 1. */
  alpha?: number;
}

/** Arguments of `matmulAt`. */
export interface MatmulArguments extends ProductArguments {
  /** Pointer to op(B) as it is stored: k×n, or n×k where transposed; or a packed matrix. */
  b: number | PackedMatrix;
  /** Pointer to n numbers that are added to each row. */
  bias?: number;
  /** Default: 'linear'. */
  epilogue?: MatmulEpilogue;
  /** Factor of the cosine. Default: 1. */
  factor?: number;
}
