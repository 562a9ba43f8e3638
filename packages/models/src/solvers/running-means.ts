/** Means over the rows counted so far; absent until a row has a weight. */
export interface Means {
  readonly loss?: number;
  readonly accuracy?: number;
}

/** Weighted means of losses and of rows classified correctly, summed in float64. */
export class RunningMeans {
  readonly #classify: boolean;
  #weight = 0;
  #loss = 0;
  #right = 0;

  constructor(classify: boolean) {
    this.#classify = classify;
  }

  /** Counts rows by Σ s, Σ s·loss, and Σ s of those classified correctly. */
  count(weight: number, loss: number, right: number): void {
    this.#weight += weight;
    this.#loss += loss;
    this.#right += right;
  }

  get isFinite(): boolean {
    return Number.isFinite(this.#loss);
  }

  get means(): Means {
    if (this.#weight === 0) return {};
    const loss = this.#loss / this.#weight;
    return this.#classify ? { loss, accuracy: this.#right / this.#weight } : { loss };
  }
}
