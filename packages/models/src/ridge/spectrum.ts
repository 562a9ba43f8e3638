import { atOnce, eighStepsAt, getSimd, matmul64StepsAt, type Steps } from '@kernel-methods/simd';
import type { RidgeAccumulator } from './accumulator.ts';
import { centredCross, centredGram, checkSums, constantCount } from './factor.ts';
import { alphaOf, headOf, type RidgeSolution } from './solve.ts';
import type { RidgeSums } from './sums.ts';

/** The share of a float32 sum that may be rounding. */
const ROUNDING = 2 ** -23;

/**
 * ZcᵀZc = V·diag(λ)·Vᵀ, float64: with it ridge regression costs one product for each penalty.
 *
 * It takes eight to ten times as long as one solution by Cholesky, and four times as much memory.
 */
export class RidgeSpectrum {
  /** Ascending, `width` numbers; none below 0. */
  readonly lambda: Float64Array;
  /** Row-major `width × width`: column j belongs to λ[j]. */
  readonly vectors: Float64Array;
  readonly #sums: RidgeSums;
  /** Vᵀ·ZcᵀYc, `width × units`. */
  readonly #projected: Float64Array;
  readonly #floor: number;

  private constructor(
    sums: RidgeSums,
    { lambda, vectors, projected }: Record<'lambda' | 'vectors' | 'projected', Float64Array>,
  ) {
    this.lambda = lambda;
    this.vectors = vectors;
    this.#sums = sums;
    this.#projected = projected;
    this.#floor = (ROUNDING * lambda.reduce((sum, value) => sum + value, 0)) / sums.width;
  }

  /** @throws RangeError as `solve` of the accumulator, which must not change. */
  static *steps(state: RidgeAccumulator): Steps<RidgeSpectrum> {
    const simd = getSimd();
    const sums = yield* state.sumsSteps();
    checkSums(sums);
    const { width, units } = sums;
    const pointers: number[] = [];
    const alloc = (numbers: number) => {
      pointers.push(simd.alloc(8 * numbers));
      return pointers[pointers.length - 1];
    };
    try {
      const [a, values] = [alloc(width * width), alloc(width)];
      yield* centredGram(simd, sums, a, 0);
      yield* eighStepsAt(simd, { a, n: width, values, vectors: a });
      const [cross, projected] = [alloc(width * units), alloc(width * units)];
      simd.f64(cross, width * units).set(centredCross(sums, 0));
      const product = { a, b: cross, out: projected, m: width, n: units, k: width };
      yield* matmul64StepsAt(simd, { ...product, transposeA: true });
      yield;
      return new RidgeSpectrum(sums, {
        lambda: simd.f64(values, width).map((value) => Math.max(0, value)),
        vectors: simd.f64(a, width * width).slice(),
        projected: simd.f64(projected, width * units).slice(),
      });
    } finally {
      for (const pointer of pointers) simd.free(pointer);
    }
  }

  /** 1/(λ + alpha) for each λ; 0 if that would be only rounding. */
  shrinkage(l2: number): Float64Array {
    const alpha = alphaOf(l2, this.#sums);
    return this.lambda.map((value) => (value + alpha > this.#floor ? 1 / (value + alpha) : 0));
  }

  /** The heads for these penalties, as `RidgeAccumulator.solve` computes them. */
  solve(l2s: readonly number[]): RidgeSolution[] {
    return atOnce(this.solveSteps(l2s));
  }

  *solveSteps(l2s: readonly number[]): Steps<RidgeSolution[]> {
    for (const l2 of l2s) {
      if (!(l2 >= 0 && l2 < Number.POSITIVE_INFINITY)) {
        throw new RangeError(`\`l2\` must be finite numbers, 0 or above. Received: ${l2}.`);
      }
    }
    const simd = getSimd();
    const { width, units } = this.#sums;
    const columns = l2s.length * units;
    const shrunk = new Float64Array(width * columns);
    const shrinkages = l2s.map((l2) => this.shrinkage(l2));
    for (let i = 0, at = 0; i < width; i++) {
      for (const shrinkage of shrinkages) {
        for (let unit = 0; unit < units; unit++, at++) {
          shrunk[at] = shrinkage[i] * this.#projected[i * units + unit];
        }
      }
    }
    const sizes = [width * width, width * columns, width * columns];
    const pointers: number[] = [];
    try {
      for (const size of sizes) pointers.push(simd.alloc(8 * size));
      const [a, b, out] = pointers;
      simd.f64(a, sizes[0]).set(this.vectors);
      simd.f64(b, sizes[1]).set(shrunk);
      yield* matmul64StepsAt(simd, { a, b, out, m: width, n: columns, k: width });
      const solutions: RidgeSolution[] = [];
      const dropped = constantCount(this.#sums);
      for (const [index, l2] of l2s.entries()) {
        yield;
        const weights = simd.f64(out, sizes[2]);
        const own = Float64Array.from({ length: width * units }, (_, at) => {
          return weights[Math.floor(at / units) * columns + index * units + (at % units)];
        });
        const loss = this.#loss(shrinkages[index], alphaOf(l2, this.#sums));
        solutions.push({ head: headOf(this.#sums, own), l2, jitter: 0, dropped, loss });
      }
      return solutions;
    } finally {
      for (const pointer of pointers) simd.free(pointer);
    }
  }

  /** Mean squared error: with shrinkage f, Σ yc² − Σ p²·f·(1 + alpha·f). */
  #loss(shrinkage: Float64Array, alpha: number): number {
    const { weight, units } = this.#sums;
    let sum = this.#sums.yy.reduce((a, b) => a + b);
    this.#projected.forEach((value, at) => {
      const f = shrinkage[Math.floor(at / units)];
      sum -= value * value * f * (1 + alpha * f);
    });
    return Math.max(0, sum) / (weight * units);
  }
}
