import { matmulAt } from './matmul.ts';
import { packedSize, packInto, panelsOf } from './packed-matrix.ts';
import type { Simd } from './simd.ts';
import { atOnce, STEP_PRODUCTS, type Steps } from './steps.ts';
import { GRAM_NC, KC, TILE_BYTES } from './wasm/tables.ts';

/** Arguments of `gramAt`. */
export interface GramArguments {
  /** Pointer to n×d float32, row-major. */
  z: number;
  n: number;
  d: number;
  /** Elements from one row of `z` to the next. Default: `d`. */
  ldz?: number;
  /** Pointer to d×d numbers. */
  out: number;
  /** Elements from one row of `out` to the next. Default: `d`. */
  ldout?: number;
  /**
   * `out` holds float64. Products of up to KC rows are still summed in float32; only these sums are added up in
   * float64. Default: false.
   */
  float64?: boolean;
  /** Adds to what `out` holds. Default: false. */
  add?: boolean;
  /** Fills the lower half too. If many calls add up, only the last one needs to. Default: true. */
  mirror?: boolean;
}

/**
 * out = ZᵀZ, or out += ZᵀZ. Only half of it is computed. Rows are added in order, so the bits
 * repeat.
 *
 * @example
 * gramAt(simd, { z, n: 1000, d: 64, out, float64: true });
 */
export function gramAt(simd: Simd, options: GramArguments): void {
  atOnce(gramStepsAt(simd, options));
}

/**
 * `gramAt` in steps, with the same bits.
 *
 * @example
 * await inTurns(gramStepsAt(simd, { z, n: 832, d: 1024, out, float64: true }));
 */
export function* gramStepsAt(simd: Simd, options: GramArguments): Steps<void> {
  const { z, n, d, out, ldz = d, ldout = d, float64 = false, mirror = true } = options;
  let { add = false } = options;
  if (d === 0) return;
  if (n === 0 && !add) clear(simd, out, d, d, ldout, float64);
  const addRows = simd.has('gramProduct') ? nativeRows : wasmRows;
  for (let from = 0; from < n; from += KC) {
    const rows = { z: z + 4 * from * ldz, k: Math.min(KC, n - from), d, ldz };
    yield* addRows(simd, rows, { out, ldout, float64, add });
    add = true;
    if (from + KC < n) yield;
  }
  if (mirror) mirrorAt(simd, out, d, { ld: ldout, float64 });
}

/** Rows whose products are summed in float32, and where these go. */
type Rows = Required<Pick<GramArguments, 'z' | 'd' | 'ldz'>> & { k: number };
type Sums = Required<Pick<GramArguments, 'out' | 'ldout' | 'float64' | 'add'>>;

function* nativeRows(
  simd: Simd,
  { z, k, d, ldz }: Rows,
  { out, ldout, float64, add }: Sums,
): Steps<void> {
  const steps = (k * d * d) / 2 / STEP_PRODUCTS;
  const { isWhole } = simd.nativeSteps(steps);
  const bytes = packedSize(simd, k, d);
  // Between two steps, others may use the scratch memory.
  const packed = isWhole ? simd.scratch(bytes) : simd.alloc(bytes);
  try {
    packInto(simd, packed, z, k, d, false, ldz);
    const args = [packed, k, d, out, ldout, Number(float64), Number(add)];
    yield* simd.runNative('gramProduct', args, steps, { inPlace: add });
  } finally {
    if (!isWhole) simd.free(packed);
  }
}

function* wasmRows(
  simd: Simd,
  { z, k, d, ldz }: Rows,
  { out, ldout, float64, add }: Sums,
): Steps<void> {
  const blocks = Math.ceil(d / GRAM_NC);
  const pairs = (blocks * (blocks + 1)) / 2;
  const packedBytes = packedSize(simd, k, d);
  const partBytes = TILE_BYTES + 4 * GRAM_NC * k;
  const whole = Math.min(simd.partsFor(k * d * d, 1e6, 8), pairs);
  const steps = (k * pairs * GRAM_NC ** 2) / STEP_PRODUCTS;
  const cut = simd.inWindows(simd.partsInSteps(steps, whole, pairs));
  const { isWhole } = cut;
  const bytes = packedBytes + cut.together * partBytes;
  const scratch = isWhole ? simd.scratch(bytes) : simd.alloc(bytes);
  const own = (first: number) => (scratch + packedBytes - first * partBytes) >>> 0;
  const into = [z, scratch, k, d, ldz, out, ldout, Number(float64), Number(add)];
  try {
    simd.run('packB', [z, scratch, d, k, ldz, 0], Math.min(cut.parts, panelsOf(simd, d)));
    const args = (first: number) => [...into, own(first), partBytes];
    yield* simd.runSteps('gram', args, cut, { inPlace: add });
  } finally {
    if (!isWhole) simd.free(scratch);
  }
}

/**
 * Copies the upper half of a d×d matrix to its lower half. `ld`: elements from one row to the next.
 *
 * @example
 * mirrorAt(simd, x, 64, { float64: true });
 */
export function mirrorAt(
  simd: Simd,
  x: number,
  d: number,
  { ld = d, float64 = false }: { ld?: number; float64?: boolean } = {},
): void {
  const parts = Math.min(simd.partsFor(d * d, 65536), Math.ceil(d / 32));
  simd.run('mirror', [x, d, ld, Number(float64)], Math.max(1, parts));
}

/** Arguments of `crossAt`. */
export interface CrossArguments extends Omit<GramArguments, 'ldout' | 'mirror'> {
  /** Pointer to n×units float32. */
  y: number;
  units: number;
  /** Elements from one row of `y` to the next. Default: `units`. */
  ldy?: number;
}

/**
 * out = ZᵀY (d×units), or out += ZᵀY; float32 and float64 as in `gramAt`, by blocks of 1,024 rows.
 *
 * @example
 * crossAt(simd, { z, y, n: 1000, d: 64, units: 10, out, float64: true });
 */
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
    for (let from = 0; from < n; from += CROSS_KC) {
      const k = Math.min(CROSS_KC, n - from);
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

/** Rows whose products with `y` are summed in float32. */
const CROSS_KC = 1024;

function clear(simd: Simd, x: number, rows: number, n: number, ld: number, float64: boolean): void {
  const bytes = float64 ? 8 : 4;
  for (let i = 0; i < rows; i++) simd.u8(x + i * ld * bytes, n * bytes).fill(0);
}
