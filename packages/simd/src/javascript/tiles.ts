/** Rows and columns of a tile of a product: 16 sums. */
export const TILE = 4;

// Numbers of the left operand that are packed at once: 512 KiB stay in the second cache.
const PACKED = 65536;
const MOST_ROWS = 64;

/**
 * Numbers as a product reads them: rows of A, or columns of B, are lines, and each has k steps. Step p of line l lies at
 * `at + l·line + p·step`, or at that of the picked line or step.
 */
export interface Operand {
  readonly values: Float32Array | Float64Array;
  readonly at: number;
  readonly line: number;
  readonly step: number;
  readonly lines?: Int32Array;
  readonly steps?: Int32Array;
  /** Multiplies every number. Default: 1. */
  readonly alpha?: number;
}

/** Four columns of B: k rows of four float64 that begin at an index. */
export interface Panel {
  readonly values: Float64Array;
  readonly at: number;
}

/** A product A·B of m×k and k×n numbers, tile by tile. */
export interface TiledProduct {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly left: Operand;
  /** Columns j to j + 3 of B; columns past n are 0. */
  readonly right: (j: number) => Panel;
  /** The rows of the tiles that are needed, multiples of 4. Default: all. */
  readonly rowsFor?: (j: number) => readonly [from: number, to: number];
  /** Takes the 16 sums of the tile at (i, j), of which `rows`×`columns` belong to the product. */
  readonly put: (sums: Float64Array, i: number, j: number, rows: number, columns: number) => void;
}

/** Computes a product. Sums are float64, each in the order of the steps. */
export function computeTiles(product: TiledProduct): void {
  const { m, n, k, left, right, put, rowsFor = () => [0, m] } = product;
  const fitting = Math.floor(PACKED / Math.max(k, 1) / TILE) * TILE;
  const height = Math.max(TILE, Math.min(MOST_ROWS, fitting));
  const block = new Float64Array(Math.min(height, roundUp(m)) * k);
  const sums = new Float64Array(TILE * TILE);
  for (let top = 0; top < m; top += height) {
    const bottom = Math.min(m, top + height);
    for (let i = top; i < bottom; i += TILE) packLines(left, i, m, k, block, (i - top) * k);
    for (let j = 0; j < n; j += TILE) {
      const [from, to] = rowsFor(j);
      if (from >= bottom || to <= top) continue;
      const { values, at } = right(j);
      const columns = Math.min(TILE, n - j);
      const end = Math.min(to, bottom);
      for (let i = Math.max(from, top); i < end; i += TILE) {
        tile(block, (i - top) * k, values, at, k, sums);
        put(sums, i, j, Math.min(TILE, m - i), columns);
      }
    }
  }
}

/** Panels of an operand that is not packed yet: each is packed on demand. */
export function panelsOf(operand: Operand, n: number, k: number): (j: number) => Panel {
  const values = new Float64Array(TILE * k);
  return (j) => {
    packLines(operand, j, n, k, values, 0);
    return { values, at: 0 };
  };
}

/** Puts four lines side by side, step by step. Lines past `count` are 0. */
export function packLines(
  { values, at, line, step, lines, steps, alpha = 1 }: Operand,
  first: number,
  count: number,
  k: number,
  into: Float32Array | Float64Array,
  start: number,
): void {
  for (let l = 0; l < TILE; l++) {
    const index = first + l;
    if (index >= count) {
      for (let p = 0; p < k; p++) into[start + TILE * p + l] = 0;
      continue;
    }
    const from = at + (lines ? lines[index] : index) * line;
    for (let p = 0, to = start + l; p < k; p++, to += TILE) {
      into[to] = alpha * values[from + (steps ? steps[p] : p) * step];
    }
  }
}

const roundUp = (n: number) => Math.ceil(n / TILE) * TILE;

/** 16 sums over k steps of four numbers each. Written out: V8 then keeps them in registers. */
function tile(
  a: Float64Array,
  atA: number,
  b: Float64Array,
  atB: number,
  k: number,
  sums: Float64Array,
): void {
  let [s00, s01, s02, s03, s10, s11, s12, s13] = [0, 0, 0, 0, 0, 0, 0, 0];
  let [s20, s21, s22, s23, s30, s31, s32, s33] = [0, 0, 0, 0, 0, 0, 0, 0];
  for (let p = 0, i = atA, j = atB; p < k; p++, i += TILE, j += TILE) {
    const b0 = b[j];
    const b1 = b[j + 1];
    const b2 = b[j + 2];
    const b3 = b[j + 3];
    let x = a[i];
    s00 += x * b0;
    s01 += x * b1;
    s02 += x * b2;
    s03 += x * b3;
    x = a[i + 1];
    s10 += x * b0;
    s11 += x * b1;
    s12 += x * b2;
    s13 += x * b3;
    x = a[i + 2];
    s20 += x * b0;
    s21 += x * b1;
    s22 += x * b2;
    s23 += x * b3;
    x = a[i + 3];
    s30 += x * b0;
    s31 += x * b1;
    s32 += x * b2;
    s33 += x * b3;
  }
  sums[0] = s00;
  sums[1] = s01;
  sums[2] = s02;
  sums[3] = s03;
  sums[4] = s10;
  sums[5] = s11;
  sums[6] = s12;
  sums[7] = s13;
  sums[8] = s20;
  sums[9] = s21;
  sums[10] = s22;
  sums[11] = s23;
  sums[12] = s30;
  sums[13] = s31;
  sums[14] = s32;
  sums[15] = s33;
}
