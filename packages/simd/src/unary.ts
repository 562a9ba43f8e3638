import { nonNegativeInteger } from '@kernel-methods/check';
import { checkKey } from './checks.ts';
import { GRAIN } from './grain.ts';
import type { Simd } from './simd.ts';
import { UnaryOperation } from './wasm/tables.ts';

/** Arguments of `unaryAt`. */
export interface UnaryArguments {
  /**
   * `step`: 1 above 0, `p` elsewhere. `clip`: to [p, q]. `leakyRelu`: x, but p·x below 0. `elu`: x,
   * but e^x − 1 below 0. `softplus`: ln(1 + e^x). The others do what their names say.
   */
  operation: UnaryOperation;
  /** Pointer to n float32. */
  x: number;
  /** Pointer to n float32. May be `x`. */
  out: number;
  n: number;
  /** Parameters of `step`, `clip` and `leakyRelu`. Default: 0. */
  p?: number;
  q?: number;
}

/**
 * out[i] = f(x[i]), float32. Results are within 2 units in the last place over all of float32, `sigmoid` within 3;
 * `sin` and `cos` are within 1.2e-7 of the exact value for every finite number.
 *
 * @throws RangeError if `operation` is not known, or `n` is not a whole number, 0 or above.
 * @example
 * unaryAt(simd, { operation: 'clip', x, out, n: 1000, p: -1, q: 1 });
 */
export function unaryAt(simd: Simd, options: UnaryArguments): void {
  const { operation, x, out, n, p = 0, q = 0 } = options;
  checkKey('operation', operation, UnaryOperation);
  nonNegativeInteger('n', n);
  const op = UnaryOperation[operation];
  // The operations from `exp` on are polynomials.
  const parts = simd.partsFor(n, op < UnaryOperation.exp ? GRAIN : GRAIN / 4);
  simd.run('unary', [op, x, out, n, p, q], parts, { inPlace: x === out });
}
