import { matmulAt, packedSize, panelsOf, TILE } from './matmul.ts';
import type { Simd } from './simd.ts';

export interface GramArguments {
  /** Pointer to n×d float32, row-major. */
  z: number;
  n: number;
  d: number;
  /** Elements from one row of `z` to the next. Default: `d`. */
  ldz?: number;
  /** Pointer to d×d numbers. */
  out: number;
  ldout?: number;
  /** `out` holds float64: products of blocks of rows are float32, their sum is not. Default false. */
  float64?: boolean;
  /** Adds to what `out` holds. Default false. */
  add?: boolean;
  /** Fills the lower half too. Where many calls add up, the last alone needs to. Default true. */
  mirror?: boolean;
}

/** out = ZᵀZ, or out += ZᵀZ, half of it computed. In the order of the rows: repeats bit for bit. */
export function gramAt(simd: Simd, options: GramArguments): void {
  const { z, n, d, out, ldz = d, ldout = d, float64 = false, mirror = true } = options;
  let { add = false } = options;
  if (d === 0) return;
  if (n === 0 && !add) clear(simd, out, d, d, ldout, float64);
  const blocks = Math.ceil(d / SIDE);
  const pairs = (blocks * (blocks + 1)) / 2;
  const packedBytes = packedSize(simd, Math.min(DEPTH, n), d);
  const partBytes = TILE + 4 * SIDE * Math.min(DEPTH, n);
  for (let from = 0; from < n; from += DEPTH) {
    const k = Math.min(DEPTH, n - from);
    const parts = Math.min(simd.partsFor(k * d * d, 1e6, 8), pairs);
    const scratch = simd.scratch(packedBytes + parts * partBytes);
    const block = z + 4 * from * ldz;
    simd.run('packB', [block, scratch, d, k, ldz, 0], Math.min(parts, panelsOf(simd, d)));
    simd.run(
      'gram',
      [
        ...[block, scratch, k, d, ldz, out, ldout, Number(float64), Number(add)],
        ...[scratch + packedBytes, partBytes],
      ],
      parts,
      { inPlace: add },
    );
    add = true;
  }
  if (mirror) mirrorAt(simd, out, d, { ld: ldout, float64 });
}

/** Copies the upper half of a d×d matrix to its lower half. */
export function mirrorAt(
  simd: Simd,
  x: number,
  d: number,
  { ld = d, float64 = false }: { ld?: number; float64?: boolean } = {},
): void {
  const parts = Math.min(simd.partsFor(d * d, 65536), Math.ceil(d / 32));
  simd.run('mirror', [x, d, ld, Number(float64)], Math.max(1, parts));
}

export interface CrossArguments extends Omit<GramArguments, 'ldout' | 'mirror'> {
  /** Pointer to n×units float32. */
  y: number;
  units: number;
  /** Elements from one row of `y` to the next. Default: `units`. */
  ldy?: number;
}

/** out = ZᵀY (d×units), or out += ZᵀY, as `gramAt`. */
export function crossAt(simd: Simd, options: CrossArguments): void {
  const { z, y, n, d, units, out, ldz = d, ldy = units, float64 = false } = options;
  let { add = false } = options;
  if (d === 0 || units === 0) return;
  if (n === 0 && !add) clear(simd, out, d, units, units, float64);
  const product = { m: d, n: units, lda: ldz, ldb: ldy, transposeA: true };
  if (!float64 && !add) {
    matmulAt(simd, { a: z, b: y, out, k: n, ...product });
    return;
  }
  const part = simd.alloc(4 * d * units);
  try {
    for (let from = 0; from < n; from += ROWS) {
      const k = Math.min(ROWS, n - from);
      matmulAt(simd, { a: z + 4 * from * ldz, b: y + 4 * from * ldy, out: part, k, ...product });
      const parts = simd.partsFor(d * units, 65536);
      const args = [part, out, d, units, units, units];
      if (float64) simd.run('addTo64', [...args, Number(add)], parts, { inPlace: true });
      else simd.run('add', [part, out, out, d * units], parts, { inPlace: true });
      add = true;
    }
  } finally {
    simd.free(part);
  }
}

// As in the kernels: rows of a block, columns of a tile.
const DEPTH = 832;
const SIDE = 192;
/** Rows whose products are summed in float32. */
const ROWS = 1024;

function clear(simd: Simd, x: number, rows: number, n: number, ld: number, float64: boolean): void {
  const bytes = float64 ? 8 : 4;
  for (let i = 0; i < rows; i++) simd.u8(x + i * ld * bytes, n * bytes).fill(0);
}
