import type { DualForm } from '@kernel-methods/losses';
import { DUAL_PANEL, dualDescentAt, type Simd, STEP_PRODUCTS } from '@kernel-methods/simd';
import type { Head } from '../../data/head.ts';
import { SPARSE } from '../../numerics/in-turns.ts';
import type { AllRows } from './all-rows.ts';

interface Options {
  readonly form: DualForm;
  readonly units: number;
  /** The factor of a row's loss beside ‖w‖²/2, for a weight of 1. */
  readonly c: number;
}

/** Neither float32 nor its square runs out of digits. */
const LARGEST = 1e15;

/**
 * The dual of a linear machine in simd's memory: a coefficient β for each row and output, so that
 * w = Σ β·z. Outputs come in panels of 16, as the kernel takes them.
 *
 * The bias b is not penalized, so that Σ β must be 0. It is b = centre + rate·Σ β, and after each
 * pass the centre moves to it: the method of multipliers, which ends where Σ β = 0.
 */
export class DualDescent {
  readonly #simd: Simd;
  readonly #rows: AllRows;
  readonly #units: number;
  readonly #signed: boolean;
  readonly #rate: number;
  readonly #memory: number;
  /** Where the arrays lie. */
  readonly #at: ReturnType<typeof pointersTo>;
  readonly #centre: Float64Array;
  /** The rows that have a weight. */
  readonly #weighted: Int32Array;

  constructor(simd: Simd, rows: AllRows, { form, units, c }: Options) {
    const [count] = rows.shape;
    this.#simd = simd;
    this.#rows = rows;
    this.#units = units;
    this.#signed = form.signed;
    const squares = squaresOf(rows);
    this.#rate = meanOf(squares, rows.weights) || 1;
    this.#weighted = Int32Array.from(rows.weights.keys()).filter((row) => rows.weights[row] > 0);
    this.#centre = new Float64Array(padded(units));
    const bytes = pointersTo(rows, units, 0).end;
    this.#memory = simd.alloc(bytes);
    this.#at = pointersTo(rows, units, this.#memory);
    simd.u8(this.#memory, bytes).fill(0);
    simd.i32(this.#at.indptr, count + 1).set(rows.indptr);
    simd.i32(this.#at.indices, rows.indices.length).set(rows.indices);
    simd.f32(this.#at.values, rows.values.length).set(rows.values);
    const own = simd.f32(this.#at.own, 3 * count);
    const y = simd.f32(this.#at.y, count * padded(units));
    rows.weights.forEach((weight, row) => {
      const factor = c * weight;
      const limit = Math.min(LARGEST, form.limit * factor);
      own.set([squares[row], form.ridge && Math.min(LARGEST, form.ridge / factor), limit], 3 * row);
      for (let unit = 0; unit < units; unit++) {
        y[placeIn(unit, row, count)] = rows.targets[row * units + unit];
      }
    });
  }

  /**
   * A pass over the rows in an order, in steps.
   *
   * @returns the largest move of a score by its own coefficient, or of a bias.
   */
  *pass(order: (rows: Int32Array) => Int32Array): Generator<number, number> {
    const [simd, units] = [this.#simd, this.#units];
    const [total, features] = this.#rows.shape;
    const index = order(this.#weighted);
    const count = index.length;
    simd.i32(this.#at.order, count).set(index);
    simd.f32(this.#at.moved, padded(units)).fill(0);
    const perRow = this.#rows.values.length / total;
    // A row costs twice where its coefficient moves.
    const cost = 2 * SPARSE * Math.max(1, perRow) * padded(units);
    const together = Math.max(16, Math.floor(STEP_PRODUCTS / cost));
    const { order: rows, ...at } = this.#at;
    for (let from = 0; from < count; from += together) {
      if (from > 0) yield from;
      const some = Math.min(together, count - from);
      dualDescentAt(simd, {
        ...at,
        ...{ rows: rows + 4 * from, count: some, total, features, units },
        ...{ rate: this.#rate, signed: this.#signed, numbers: Math.ceil(some * perRow) },
      });
    }
    return Math.max(this.#moveCentre(), ...simd.f32(this.#at.moved, units));
  }

  /** The head so far; the weights of an output lie side by side. */
  write({ weights, bias }: Head): void {
    const [, width] = this.#rows.shape;
    const w = this.#simd.f32(this.#at.w, width * padded(this.#units));
    for (let unit = 0, at = 0; unit < this.#units; unit++) {
      for (let i = 0; i < width; i++, at++) weights[at] = w[placeIn(unit, i, width)];
    }
    bias.set(this.#simd.f32(this.#at.bias, this.#units));
  }

  dispose(): void {
    this.#simd.free(this.#memory);
  }

  /** Moves the centres to the biases. @returns the largest move. */
  #moveCentre(): number {
    const [count] = this.#rows.shape;
    const all = padded(this.#units);
    const coefficients = this.#simd.f32(this.#at.coefficients, count * all);
    const bias = this.#simd.f32(this.#at.bias, all);
    const sums = new Float64Array(all);
    for (let panel = 0, at = 0; panel < all; panel += DUAL_PANEL) {
      for (let row = 0; row < count; row++) {
        for (let unit = panel; unit < panel + DUAL_PANEL; unit++, at++) {
          sums[unit] += coefficients[at];
        }
      }
    }
    let largest = 0;
    for (let unit = 0; unit < all; unit++) {
      const move = this.#rate * sums[unit];
      this.#centre[unit] += move;
      bias[unit] = this.#centre[unit] + move;
      largest = Math.max(largest, Math.abs(move));
    }
    return largest;
  }
}

const padded = (units: number) => DUAL_PANEL * Math.ceil(units / DUAL_PANEL);

/** Where a number of a row, or of a feature, and an output lies. */
const placeIn = (unit: number, row: number, rows: number) =>
  DUAL_PANEL * (Math.floor(unit / DUAL_PANEL) * rows + row) + (unit % DUAL_PANEL);

/** The arrays in one block of memory, each from a cache line on. */
function pointersTo({ shape, values }: AllRows, units: number, memory: number) {
  const [rows, width] = shape;
  const all = padded(units);
  let end = memory;
  const take = (numbers: number) => {
    const start = end;
    end += 64 * Math.ceil(numbers / 16);
    return start;
  };
  const pointers = {
    indptr: take(rows + 1),
    indices: take(values.length),
    values: take(values.length),
    order: take(rows),
    w: take(width * all),
    bias: take(all),
    y: take(rows * all),
    coefficients: take(rows * all),
    own: take(3 * rows),
    moved: take(all),
  };
  return { ...pointers, end };
}

function squaresOf({ indptr, values, shape }: AllRows): Float64Array {
  return Float64Array.from({ length: shape[0] }, (_, row) => {
    let sum = 0;
    for (let at = indptr[row]; at < indptr[row + 1]; at++) sum += values[at] ** 2;
    return sum;
  });
}

function meanOf(values: Float64Array, weights: Float32Array): number {
  let [sum, weight] = [0, 0];
  weights.forEach((own, row) => {
    if (own === 0) return;
    sum += own * values[row];
    weight += own;
  });
  return sum / weight;
}
