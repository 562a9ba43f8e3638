import { cholesky, choleskySolve, getSimd, matmul } from '@kernel-methods/simd';
import { conjugateGradients } from './newton-conjugate-gradients.ts';
import { Layout } from './newton-layout.ts';

interface System {
  /** Rows b with H = Σ b·bᵀ + l2·I, the last feature (the bias) not penalized; row-major, float32. */
  readonly rows: Float32Array;
  readonly count: number;
  /** One output's. */
  readonly gradient: Float64Array;
  readonly l2: number;
}

/**
 * H·x = −g for one output whose Hessian comes from few rows: M = B·Bᵀ + l2·I (count × count, or
 * BᵀB + l2·I where the features are fewer) is factored, and M⁻¹ by Woodbury's identity makes
 * conjugate gradients end after a few steps, which mend what rounding and the bias left.
 */
export async function directStep({ rows, count, gradient, l2 }: System): Promise<Float64Array> {
  const simd = getSimd();
  const width = gradient.length - 1;
  const layout = new Layout(1, width, true);
  const wide = count <= width;
  const side = wide ? count : width + 1;
  const shape = wide
    ? { m: side, n: side, k: width + 1, transposeB: true }
    : { m: side, n: side, k: count, transposeA: true };
  const gram = symmetric(matmul(simd, rows, rows, shape), side);
  const trace = gram.reduce((sum, value, i) => (i % (side + 1) === 0 ? sum + value : sum), 0);
  const ridge = Math.max(l2, (1e-7 * trace) / side) || 1;
  for (let i = 0; i < side; i++) gram[i * (side + 1)] += ridge;
  const factor = cholesky(simd, gram, side);
  const solve = (b: Float64Array) => choleskySolve(simd, factor, b, side).x;
  const multiply = (v: Float64Array) => transposedTimes(rows, count, times(rows, count, v));
  return conjugateGradients({
    layout,
    gradient,
    targets: layout.norms(gradient).map((norm) => 1e-3 * norm),
    maxIterations: 20,
    async multiply(v) {
      const product = multiply(v);
      layout.addPenalty(product, v, l2);
      return product;
    },
    async precondition(v) {
      if (!wide) return solve(v);
      const part = transposedTimes(rows, count, solve(times(rows, count, v)));
      return v.map((value, i) => (value - part[i]) / ridge);
    },
  });
}

/** Float32 products of one with itself may differ in their last bit across the diagonal. */
function symmetric(values: Float32Array, n: number): Float64Array {
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      out[i * n + j] = values[i * n + j];
      out[j * n + i] = values[i * n + j];
    }
  }
  return out;
}

function times(rows: Float32Array, count: number, v: Float64Array): Float64Array {
  const width = v.length;
  const out = new Float64Array(count);
  for (let row = 0, at = 0; row < count; row++) {
    let sum = 0;
    for (let i = 0; i < width; i++, at++) sum += rows[at] * v[i];
    out[row] = sum;
  }
  return out;
}

function transposedTimes(rows: Float32Array, count: number, v: Float64Array): Float64Array {
  const out = new Float64Array(rows.length / count);
  for (let row = 0, at = 0; row < count; row++) {
    const factor = v[row];
    for (let i = 0; i < out.length; i++, at++) out[i] += factor * rows[at];
  }
  return out;
}
