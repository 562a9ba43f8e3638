import type { Simd } from './simd.ts';
import { unaryAt } from './unary.ts';
import type { UnaryOperation } from './wasm/tables.ts';

type VectorFunction = (simd: Simd, x: number, out: number, n: number) => void;

const vectorFunction =
  (operation: UnaryOperation): VectorFunction =>
  (simd, x, out, n) =>
    unaryAt(simd, { operation, x, out, n });

/** out[i] = e^x[i], float32, within 2 units in the last place. `out` may be `x`. */
export const expAt: VectorFunction = vectorFunction('exp');

/** out[i] = ln x[i], float32, within 1 unit in the last place: −∞ for 0, NaN below. `out` may be `x`. */
export const logAt: VectorFunction = vectorFunction('log');

/** out[i] = tanh x[i], float32, within 2 units in the last place. `out` may be `x`. */
export const tanhAt: VectorFunction = vectorFunction('tanh');

/** out[i] = sin x[i], float32, within 1.2e-7 for every finite x[i]; infinities give NaN. `out` may be `x`. */
export const sinAt: VectorFunction = vectorFunction('sin');

/** out[i] = cos x[i], as `sinAt`. `cosineAt` is faster, takes a factor and is a little less exact. */
export const cosAt: VectorFunction = vectorFunction('cos');
