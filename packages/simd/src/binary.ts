import { nonNegativeInteger } from '@kernel-methods/check';
import { checkKey } from './checks.ts';
import { GRAIN } from './grain.ts';
import type { Simd } from './simd.ts';
import { BinaryOperation, Comparison } from './wasm/tables.ts';

/** Two matrices of `rows` × `columns` numbers, each of which may repeat one row, one column or one number. */
export interface BroadcastArguments {
  /** Pointers to the operands. */
  a: number;
  b: number;
  /** Pointer to rows × columns results, without gaps. */
  out: number;
  rows: number;
  columns: number;
  /** Elements from one row of `a` to the next: 0 repeats one row. Default: `columns`. */
  aRowStep?: number;
  /** Elements from one column of `a` to the next, 1 or 0: 0 repeats one column. Default: 1. */
  aColumnStep?: 0 | 1;
  /** The same for `b`. */
  bRowStep?: number;
  bColumnStep?: 0 | 1;
}

/** Arguments of `binaryAt`. */
export interface BinaryArguments extends BroadcastArguments {
  /**
   * `prelu`: a, but a·b where a is below 0. `eluGradient`: a, but a·(b + 1) where b is below 0. The
   * others do what their names say.
   */
  operation: BinaryOperation;
}

/**
 * out[r][c] = f(a[r][c], b[r][c]), float32, with broadcasting. `out` may be an operand of the same shape.
 *
 * @throws RangeError if `operation` is not known, or a size is not a whole number, 0 or above.
 * @example
 * // Adds a row to each of 100 rows.
 * binaryAt(simd, { operation: 'add', a: x, b: row, out, rows: 100, columns: 10, bRowStep: 0 });
 */
export function binaryAt(simd: Simd, options: BinaryArguments): void {
  const { operation, a, b, out, rows, columns } = options;
  const { aRowStep = columns, aColumnStep = 1, bRowStep = columns, bColumnStep = 1 } = options;
  checkKey('operation', operation, BinaryOperation);
  checkWalk(rows, columns, aRowStep, bRowStep);
  const inPlace = out === a || out === b;
  const op = BinaryOperation[operation];
  const args = [op, a, b, out, rows, columns, aRowStep, aColumnStep, bRowStep, bColumnStep];
  simd.run('binary', args, simd.partsFor(rows * columns, GRAIN), { inPlace });
}

/** Arguments of `compareAt`. */
export interface CompareArguments extends BroadcastArguments {
  comparison: Comparison;
  /** The operands hold int32 instead of float32. Default: false. */
  int32?: boolean;
}

/**
 * out[r][c] = a[r][c] ∘ b[r][c] as bytes 0 and 1, with broadcasting.
 *
 * @throws RangeError if `comparison` is not known, or a size is not a whole number, 0 or above.
 * @example
 * compareAt(simd, { comparison: 'less', a: x, b: y, out, rows: 1, columns: 1000 });
 */
export function compareAt(simd: Simd, options: CompareArguments): void {
  const { comparison, a, b, out, rows, columns, int32 = false } = options;
  const { aRowStep = columns, aColumnStep = 1, bRowStep = columns, bColumnStep = 1 } = options;
  checkKey('comparison', comparison, Comparison);
  checkWalk(rows, columns, aRowStep, bRowStep);
  const op = Comparison[comparison];
  const args = [op, a, b, out, rows, columns, aRowStep, aColumnStep, bRowStep, bColumnStep];
  args.push(Number(int32));
  simd.run('compare', args, simd.partsFor(rows * columns, GRAIN));
}

// `checkSizes` is not used: an object of names would cost more than the work on a small array.
function checkWalk(rows: number, columns: number, aRowStep: number, bRowStep: number): void {
  nonNegativeInteger('rows', rows);
  nonNegativeInteger('columns', columns);
  nonNegativeInteger('aRowStep', aRowStep);
  nonNegativeInteger('bRowStep', bRowStep);
}
