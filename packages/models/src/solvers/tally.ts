import type { Loss } from '@kernel-methods/losses';
import { classAt } from '../data/class-indices.ts';
import { RunningMeans } from './running-means.ts';

interface Scored {
  readonly targets: Float32Array;
  readonly predictions: Float32Array;
  readonly units: number;
  /** One per row; absent if all are 1. */
  readonly weights?: Float32Array;
  /** Gets the derivatives with respect to the predictions. */
  readonly slopes?: Float32Array;
  /** The losses of the rows, where they are known. */
  readonly values?: Float64Array;
}

/** Running means over rows that are counted one by one. */
export class Tally extends RunningMeans {
  readonly #loss: Loss;
  readonly #classify: boolean;
  #values = new Float64Array(0);

  constructor(loss: Loss, classify: boolean) {
    super(classify);
    this.#loss = loss;
    this.#classify = classify;
  }

  add(scored: Scored): void {
    const { targets, predictions, units, weights, values = this.#valuesOf(scored) } = scored;
    const count = predictions.length / units;
    for (let row = 0; row < count; row++) {
      const weight = weights === undefined ? 1 : weights[row];
      // A row of weight 0 does not count, whatever its loss.
      if (weight === 0) continue;
      const isRight =
        this.#classify && classAt(targets, row, units) === classAt(predictions, row, units);
      this.count(weight, weight * values[row], isRight ? weight : 0);
    }
  }

  #valuesOf({ targets, predictions, units, slopes }: Scored): Float64Array {
    const count = predictions.length / units;
    if (this.#values.length < count) this.#values = new Float64Array(count);
    const values = this.#values.subarray(0, count);
    const batch = { targets, predictions, units };
    if (slopes === undefined) this.#loss.values(batch, values);
    else this.#loss.valuesAndGradient(batch, values, slopes);
    return values;
  }
}
