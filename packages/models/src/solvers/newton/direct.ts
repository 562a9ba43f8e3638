import {
  choleskySolveAt,
  choleskyStepsAt,
  getSimd,
  gramStepsAt,
  inTurns,
  type Simd,
  type Steps,
} from '@kernel-methods/simd';
import { eventLoopYielder } from '../../runtime/event-loop-yielder.ts';
import { BlockVector } from './block-vector.ts';
import { conjugateGradients } from './conjugate-gradients.ts';

interface System {
  /** Rows b with H = Σ b·bᵀ + l2·I, the last feature (the bias) not penalized; row-major, float32. */
  readonly rows: Float32Array;
  readonly count: number;
  /** The gradient of one output. */
  readonly gradient: Float64Array;
  readonly l2: number;
  readonly signal?: AbortSignal;
}

/**
 * H·x = −g for one output whose Hessian is a sum over few rows B: B·Bᵀ + l2·I (count × count;
 * BᵀB + l2·I if there are fewer features) is factored in float64. By it, and by Woodbury's identity
 * (BᵀB + l2·I)⁻¹ = (I − Bᵀ(B·Bᵀ + l2·I)⁻¹B) / l2, conjugate gradients end after a few steps, which
 * correct for rounding and the bias.
 */
export async function directStep(system: System): Promise<Float64Array> {
  const { rows, count, gradient, l2, signal } = system;
  const size = gradient.length;
  const layout = new BlockVector(1, size - 1, true);
  const wide = count < size;
  const turns = eventLoopYielder();
  const turn = async () => {
    if (turns.isDue()) await turns.take();
    signal?.throwIfAborted();
  };
  const factor = await inTurns(Factor.steps(getSimd(), rows, { count, size, l2 }), signal);
  try {
    return await conjugateGradients({
      layout,
      gradient,
      targets: layout.norms(gradient).map((norm) => ACCURACY * norm),
      maxIterations: 20,
      async multiply(v) {
        await turn();
        const product = transposedTimes(rows, size, times(rows, count, v));
        layout.addPenalty(product, v, l2);
        return product;
      },
      async precondition(v) {
        await turn();
        if (!wide) return factor.solve(v);
        const part = transposedTimes(rows, size, factor.solve(times(rows, count, v)));
        return v.map((value, i) => (value - part[i]) / factor.ridge);
      },
    });
  } finally {
    factor.dispose();
  }
}

/** The ratio of residual to gradient at which a step is accurate enough. */
const ACCURACY = 1e-3;

/** The smaller Gram matrix of the rows, with l2 on its diagonal, or with more if rounding needs it. */
class Factor {
  readonly ridge: number;
  readonly #simd: Simd;
  readonly #n: number;
  readonly #l: number;

  private constructor(simd: Simd, l: number, n: number, ridge: number) {
    this.#simd = simd;
    this.#l = l;
    this.#n = n;
    this.ridge = ridge;
  }

  /** The caller disposes of it. */
  static *steps(
    simd: Simd,
    rows: Float32Array,
    { count, size, l2 }: { count: number; size: number; l2: number },
  ): Steps<Factor> {
    const wide = count < size;
    const n = wide ? count : size;
    const l = simd.alloc(8 * n * n);
    let isWhole = false;
    try {
      const z = simd.alloc(4 * rows.length);
      try {
        simd.f32(z, rows.length).set(wide ? transposed(rows, count, size) : rows);
        yield;
        yield* gramStepsAt(simd, { z, n: rows.length / n, d: n, out: l, float64: true });
      } finally {
        simd.free(z);
      }
      const gram = simd.f64(l, n * n);
      let trace = 0;
      for (let i = 0; i < n; i++) trace += gram[i * (n + 1)];
      const ridge = Math.max(l2, (1e-7 * trace) / n) || 1;
      for (let i = 0; i < n; i++) gram[i * (n + 1)] += ridge;
      yield;
      yield* choleskyStepsAt(simd, l, n);
      isWhole = true;
      return new Factor(simd, l, n, ridge);
    } finally {
      if (!isWhole) simd.free(l);
    }
  }

  solve(b: Float64Array): Float64Array {
    const [simd, n] = [this.#simd, this.#n];
    const at = simd.alloc(8 * n);
    try {
      simd.f64(at, n).set(b);
      choleskySolveAt(simd, { a: this.#l, b: at, n, columns: 1, factored: true });
      return simd.f64(at, n).slice();
    } finally {
      simd.free(at);
    }
  }

  dispose(): void {
    this.#simd.free(this.#l);
  }
}

function transposed(values: Float32Array, rows: number, columns: number): Float32Array {
  const out = new Float32Array(values.length);
  // It goes by tiles, because column after column would miss the cache each time.
  for (let top = 0; top < rows; top += 16) {
    const bottom = Math.min(rows, top + 16);
    for (let column = 0; column < columns; column++) {
      for (let row = top; row < bottom; row++) {
        out[column * rows + row] = values[row * columns + column];
      }
    }
  }
  return out;
}

/** B·v. */
function times(rows: Float32Array, count: number, v: Float64Array): Float64Array {
  const out = new Float64Array(count);
  for (let row = 0, at = 0; row < count; row++) {
    let sum = 0;
    for (let i = 0; i < v.length; i++, at++) sum += rows[at] * v[i];
    out[row] = sum;
  }
  return out;
}

/** Bᵀ·v. */
function transposedTimes(rows: Float32Array, size: number, v: Float64Array): Float64Array {
  const out = new Float64Array(size);
  for (let row = 0, at = 0; row < v.length; row++) {
    const factor = v[row];
    for (let i = 0; i < size; i++, at++) out[i] += factor * rows[at];
  }
  return out;
}
