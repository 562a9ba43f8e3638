import type { Simd } from './simd.ts';

// Below this many numbers a part, waking a worker costs more than it brings.
const GRAIN = 8192;
// As `apply` in assembly/unary.ts numbers them.
const operations = { exp: 14, log: 16, tanh: 19, sin: 22, cos: 23 };

type VectorFunction = (simd: Simd, x: number, out: number, n: number) => void;

const vectorFunction =
  (name: keyof typeof operations): VectorFunction =>
  (simd, x, out, n) => {
    const args = [operations[name], x, out, n, 0, 0];
    simd.run('unary', args, simd.partsFor(n, GRAIN), { inPlace: out === x });
  };

/** out[i] = e^x[i], float32, within 2 units in the last place. `out` may be `x`. */
export const expAt = vectorFunction('exp');

/** out[i] = ln x[i], float32, within 1 unit in the last place: −∞ of 0, NaN below. `out` may be `x`. */
export const logAt = vectorFunction('log');

/** out[i] = tanh x[i], float32, within 2 units in the last place. `out` may be `x`. */
export const tanhAt = vectorFunction('tanh');

/** out[i] = sin x[i], float32, within 1.2e-7 up to |x| = 1e8; infinities give NaN. `out` may be `x`. */
export const sinAt = vectorFunction('sin');

/** out[i] = cos x[i], as `sinAt`. `cosineAt` is faster and takes a factor; this one is exacter. */
export const cosAt = vectorFunction('cos');
