import type { Simd } from './simd.ts';
import { unaryAt } from './unary.ts';
import type { UnaryOperation } from './wasm/tables.ts';

type VectorFunction = (simd: Simd, x: number, out: number, n: number) => void;

const vectorFunction =
  (operation: UnaryOperation): VectorFunction =>
  (simd, x, out, n) =>
    unaryAt(simd, { operation, x, out, n });

/**
 * out[i] = e^x[i], float32, within 2 units in the last place. `out` may be `x`.
 *
 * @example
 * expAt(simd, x, out, 1000);
 */
export const expAt: VectorFunction = vectorFunction('exp');

/**
 * out[i] = ln x[i], float32, within 1 unit in the last place: −∞ for 0, NaN for negative numbers.
 * `out` may be `x`.
 *
 * @example
 * logAt(simd, x, out, 1000);
 */
export const logAt: VectorFunction = vectorFunction('log');

/**
 * out[i] = tanh x[i], float32, within 2 units in the last place. `out` may be `x`.
 *
 * @example
 * tanhAt(simd, x, out, 1000);
 */
export const tanhAt: VectorFunction = vectorFunction('tanh');

/**
 * out[i] = sin x[i], float32, within 1.2e-7 for every finite x[i]; infinities give NaN. `out` may be `x`.
 *
 * @example
 * sinAt(simd, x, out, 1000);
 */
export const sinAt: VectorFunction = vectorFunction('sin');

/**
 * out[i] = cos x[i], as `sinAt`. `cosineAt` is faster, takes a factor and is a little less exact.
 *
 * @example
 * cosAt(simd, x, out, 1000);
 */
export const cosAt: VectorFunction = vectorFunction('cos');
