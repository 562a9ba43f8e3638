import type { Loss } from '@kernel-methods/losses';
import { classAt } from '../class-indices.ts';

interface Scored {
  readonly targets: Float32Array;
  readonly predictions: Float32Array;
  readonly units: number;
  /** One a row; absent where all are 1. */
  readonly weights?: Float32Array;
}

/** Weighted means of losses and of rows classified rightly, summed in float64 row by row. */
export class Tally {
  readonly #loss: Loss;
  readonly #classify: boolean;
  #values = new Float64Array(0);
  #lossSum = 0;
  #rightSum = 0;
  #weight = 0;

  constructor(loss: Loss, classify: boolean) {
    this.#loss = loss;
    this.#classify = classify;
  }

  add({ targets, predictions, units, weights }: Scored): void {
    const count = predictions.length / units;
    if (this.#values.length < count) this.#values = new Float64Array(count);
    const values = this.#values.subarray(0, count);
    this.#loss.values({ targets, predictions, units }, values);
    for (let row = 0; row < count; row++) {
      const weight = weights === undefined ? 1 : weights[row];
      // A row without weight does not count, whatever its loss.
      if (weight === 0) continue;
      this.#weight += weight;
      this.#lossSum += weight * values[row];
      if (this.#classify && classAt(targets, row, units) === classAt(predictions, row, units)) {
        this.#rightSum += weight;
      }
    }
  }

  get isFinite(): boolean {
    return Number.isFinite(this.#lossSum);
  }

  /** Absent until a row with a weight has been added. */
  get means(): { loss?: number; accuracy?: number } {
    if (this.#weight === 0) return {};
    const loss = this.#lossSum / this.#weight;
    return this.#classify ? { loss, accuracy: this.#rightSum / this.#weight } : { loss };
  }
}
