import type { Steps } from '@kernel-methods/simd';
import type { Numerics } from '../numerics/numerics.ts';
import { RidgeAccumulator } from '../ridge/accumulator.ts';
import { RowSample } from '../ridge/row-sample.ts';
import type { SolverState } from '../solvers/solver.ts';
import { type DistanceSolution, distanceSteps, type Measure } from './distance.ts';

/** The numbers of the sample: 2,048 rows of 2,048 features, 16 MB. */
const SAMPLE_NUMBERS = 2 ** 22;
/** Fewer rows tell nothing about a share of a few percent. */
const LEAST_ROWS = 512;
/** More rows tell a share of 1 % no better than the rows themselves do. */
const MOST_ROWS = 4096;

/**
 * What is known of rows of features: mean and products of deviations, from which distances are
 * measured, and a sample of the rows, on which the threshold is chosen.
 */
export class Scatter implements SolverState {
  readonly accumulator: RidgeAccumulator;
  readonly sample: RowSample;
  readonly #measure: Measure;

  private constructor(accumulator: RidgeAccumulator, sample: RowSample, measure: Measure) {
    this.accumulator = accumulator;
    this.sample = sample;
    this.#measure = measure;
  }

  static empty(width: number, numerics: Numerics, seed: number, measure: Measure): Scatter {
    const wanted = Math.floor(SAMPLE_NUMBERS / width);
    const size = Math.max(LEAST_ROWS, Math.min(MOST_ROWS, wanted));
    const rows = { rows: Number.NaN, width, units: 1 };
    const accumulator = new RidgeAccumulator(width, 1, numerics);
    return new Scatter(accumulator, new RowSample(numerics, rows, size, seed), measure);
  }

  /** An independent copy, which may measure in another way. */
  clone(measure = this.#measure): Scatter {
    return new Scatter(this.accumulator.clone(), this.sample.clone(), measure);
  }

  /** The head that measures distances from these rows. */
  headSteps(): Steps<DistanceSolution> {
    return distanceSteps(this, this.#measure);
  }

  /** There is one output, whatever comes. */
  grown(): Scatter {
    return this.clone();
  }

  /** Adds the rows of another. */
  merge(other: Scatter): void {
    this.accumulator.merge(other.accumulator);
    this.sample.merge(other.sample);
  }

  /** Removes rows that were added. */
  async remove(z: Float32Array): Promise<void> {
    const { width } = this.accumulator;
    await this.accumulator.remove(z, new Float32Array(z.length / width).fill(1));
    this.sample.remove(z);
  }

  dispose(): void {
    this.accumulator.dispose();
  }
}
