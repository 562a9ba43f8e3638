import { getSimd, type Steps, solveTriangularStepsAt } from '@kernel-methods/simd';
import type { RidgeAccumulator } from './accumulator.ts';
import { BLOCK_ROWS, squaredDistances, squaredNorms } from './distances.ts';
import { factorSteps, type RidgeFactor } from './factor.ts';
import { alphaOf, solveFactored } from './solve.ts';
import type { RidgeSums } from './sums.ts';

export interface RidgePosteriorOptions {
  readonly l2: number;
  /** The variance of the noise, if it is known. Default: estimated for each output. */
  readonly noise?: number;
}

/**
 * The uncertainty of ridge regression: the standard deviation of the posterior predictive
 * distribution of the Bayesian linear model y = W·z + b + noise, W ~ N(0, σ²/alpha), b free:
 *
 * std² = σ²·(1 + 1/Σs + zcᵀA⁻¹zc), A = ZcᵀZc + alpha·I, alpha = l2·Σs·units/2.
 *
 * The noise of each output is estimated from its residuals, σ² = Σ s·(y − f)² / (Σs − 1 − γ), with
 * the effective degrees of freedom γ = tr(ZcᵀZc·A⁻¹) (MacKay). If γ takes up all rows, nothing is
 * known about the noise, and every std is infinite.
 *
 * It keeps D² float64 numbers in the memory of simd until `dispose`.
 *
 * Bishop, "Pattern Recognition and Machine Learning", 3.3 and 3.5; MacKay, "Bayesian interpolation",
 * Neural Computation 4, 1992.
 */
export class RidgePosterior {
  /** σ² of each output. */
  readonly noise: Float64Array;
  readonly #factor: RidgeFactor;
  readonly #means: Float64Array;
  readonly #weight: number;

  private constructor(sums: RidgeSums, factor: RidgeFactor, noise: Float64Array) {
    this.#weight = sums.weight;
    this.#means = sums.zMean.slice();
    this.#factor = factor;
    this.noise = noise;
  }

  /**
   * The caller disposes of it.
   *
   * @throws RangeError if an option is out of range, and as `solve` of the accumulator.
   */
  static *steps(
    state: RidgeAccumulator,
    { l2, noise }: RidgePosteriorOptions,
  ): Steps<RidgePosterior> {
    if (!(l2 > 0 && l2 < Number.POSITIVE_INFINITY)) {
      throw new RangeError(`\`l2\` must be a positive finite number. Received: ${l2}.`);
    }
    if (noise !== undefined && !(noise >= 0 && noise < Number.POSITIVE_INFINITY)) {
      throw new RangeError(`\`noise\` must be a finite number, 0 or above. Received: ${noise}.`);
    }
    const sums = yield* state.sumsSteps();
    const factor = yield* factorSteps(getSimd(), sums, alphaOf(l2, sums));
    let isWhole = false;
    try {
      const known = noise !== undefined && new Float64Array(sums.units).fill(noise);
      const posterior = new RidgePosterior(sums, factor, known || (yield* noiseOf(sums, factor)));
      isWhole = true;
      return posterior;
    } finally {
      if (!isWhole) factor.free();
    }
  }

  /** The effective degrees of freedom, γ. */
  degreesOfFreedom(): Steps<number> {
    return degreesOfFreedom(this.#factor, this.#means.length);
  }

  /** The leverage of each row of features for a weight of 1, 1/Σs + zcᵀA⁻¹zc. */
  *leverages(z: Float32Array): Steps<Float64Array> {
    const distances = yield* this.#distances(z);
    return distances.map((distance) => 1 / this.#weight + distance);
  }

  /** The standard deviation for rows of features, row-major `rows × units`. */
  *std(z: Float32Array): Steps<Float32Array> {
    const width = this.#means.length;
    if (z.length % width !== 0) {
      throw new RangeError(
        `\`z\` must have rows of ${width} features. Received: ${z.length} numbers.`,
      );
    }
    const units = this.noise.length;
    const distances = yield* this.#distances(z);
    return Float32Array.from({ length: distances.length * units }, (_, at) => {
      const distance = distances[Math.floor(at / units)];
      return Math.sqrt(this.noise[at % units] * (1 + 1 / this.#weight + distance));
    });
  }

  /** Frees the memory. */
  dispose(): void {
    this.#factor.free();
  }

  #distances(z: Float32Array): Steps<Float64Array> {
    return squaredDistances(getSimd(), this.#factor.l, z, this.#means);
  }
}

/** γ = tr(ZcᵀZc·A⁻¹). */
function* degreesOfFreedom(factor: RidgeFactor, width: number): Steps<number> {
  return Math.max(0, width - factor.added * (yield* traceOfInverse(factor.l, width)));
}

function* noiseOf(sums: RidgeSums, factor: RidgeFactor): Steps<Float64Array> {
  const left = sums.weight - 1 - (yield* degreesOfFreedom(factor, sums.width));
  const { residuals } = yield* solveFactored(getSimd(), sums, factor);
  // A smaller number is only the rounding of 0.
  const isKnown = left > 1e-9 * sums.weight;
  return residuals.map((square) => (isKnown ? square / left : Number.POSITIVE_INFINITY));
}

/** tr(A⁻¹) = ‖L⁻¹‖², by blocks of columns of L⁻¹, which are zero above their first row. */
function* traceOfInverse(l: number, width: number): Steps<number> {
  const simd = getSimd();
  const b = simd.alloc(8 * Math.min(BLOCK_ROWS, width) * width);
  try {
    let trace = 0;
    for (let from = 0; from < width; from += BLOCK_ROWS) {
      const columns = Math.min(BLOCK_ROWS, width - from);
      const n = width - from;
      const identity = simd.f64(b, columns * n).fill(0);
      for (let i = 0; i < columns; i++) identity[i * (n + 1)] = 1;
      const t = l + 8 * from * (width + 1);
      yield* solveTriangularStepsAt(simd, { t, ldt: width, b, n, columns, transposedB: true });
      trace += squaredNorms(simd.f64(b, columns * n), 1)[0];
    }
    return trace;
  } finally {
    simd.free(b);
  }
}
