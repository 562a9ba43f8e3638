import { fromHalfAt, type HalfType, reduceAt, type Simd, toHalfAt } from '@kernel-methods/simd';
import { countOf, type Picked } from './numerics.ts';
import { SimdMatrix } from './simd-matrix.ts';

/** Rows that are kept in 16 bits and read as float32. They are only put and multiplied. */
export class SimdHalf extends SimdMatrix {
  readonly #simd: Simd;
  readonly #type: HalfType;

  constructor(simd: Simd, rows: number, columns: number, type: HalfType) {
    // First: if there is no room for the table, nothing is left behind.
    tableOf(simd, type);
    super(simd, rows, columns, type);
    this.#simd = simd;
    this.#type = type;
  }

  override view(): never {
    throw new Error(`A matrix of ${this.#type} has no view of float32.`);
  }

  override read(): Float32Array {
    const out = new Float32Array(this.size);
    this.copy({ from: 0, count: this.rows }, out);
    return out;
  }

  /** @throws RangeError if a number is too large for the type. */
  override put(values: ArrayLike<number>, at: number): void {
    const [simd, type, n] = [this.#simd, this.#type, values.length];
    if (n === 0) return;
    const isHere = values instanceof Float32Array && values.buffer === simd.buffer;
    const x = isHere ? values.byteOffset : simd.alloc(4 * n);
    try {
      if (!isHere) simd.f32(x, n).set(values);
      checkSize(simd, x, n, type);
      toHalfAt(simd, { x, out: this.pointer + 2 * at * this.columns, n, type });
    } finally {
      if (!isHere) simd.free(x);
    }
  }

  override copy(
    picked: Picked,
    out: Float32Array,
    origin?: Float32Array,
    weights?: Float32Array,
  ): void {
    const { columns } = this;
    const table = tableOf(this.#simd, this.#type);
    const source = new Uint16Array(this.#simd.buffer, this.pointer, this.size);
    const count = countOf(picked);
    for (let i = 0, at = 0; i < count; i++, at += columns) {
      const start = (picked instanceof Int32Array ? picked[i] : picked.from + i) * columns;
      const root = weights === undefined ? 1 : Math.sqrt(weights[i]);
      for (let j = 0; j < columns; j++) {
        const value = table[source[start + j]] - (origin === undefined ? 0 : origin[j]);
        out[at + j] = root === 0 ? 0 : root * value;
      }
    }
  }
}

/** The largest numbers; beyond them is infinity. */
const LARGEST: Readonly<Record<HalfType, number>> = {
  float16: 65504,
  bfloat16: 3.3895313892515355e38,
};

/** @throws RangeError unless all numbers fit. */
function checkSize(simd: Simd, x: number, n: number, type: HalfType): void {
  const out = simd.alloc(4);
  try {
    for (const reduction of ['max', 'min'] as const) {
      reduceAt(simd, { reduction, x, out, outer: 1, reduced: n, inner: 1 });
      const [value] = simd.f32(out, 1);
      if (Math.abs(value) > LARGEST[type]) {
        throw new RangeError(
          `Features must be at most ${LARGEST[type]} in size for \`featureType: '${type}'\`. Received: ${value}. Scale the rows.`,
        );
      }
    }
  } finally {
    simd.free(out);
  }
}

const tables = new Map<HalfType, Float32Array>();

/** What each of the 65,536 numbers is as float32: made at first, since views must not move while it is used. */
function tableOf(simd: Simd, type: HalfType): Float32Array {
  const known = tables.get(type);
  if (known !== undefined) return known;
  const n = 65536;
  const x = simd.alloc(6 * n);
  try {
    const out = x + 2 * n;
    new Uint16Array(simd.buffer, x, n).forEach((_, i, all) => {
      all[i] = i;
    });
    fromHalfAt(simd, { x, out, n, type });
    const table = simd.f32(out, n).slice();
    tables.set(type, table);
    return table;
  } finally {
    simd.free(x);
  }
}
