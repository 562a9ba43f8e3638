import type { Head } from '../../data/head.ts';

/**
 * The layout of a head in one float64 vector: output by output, first its weights and then its
 * bias. A block is a part that is minimized by itself: a single output if the loss is a mean over
 * the outputs, otherwise all of them.
 */
export class BlockVector {
  readonly units: number;
  readonly width: number;
  readonly blocks: number;
  /** Numbers per block. */
  readonly size: number;
  readonly #features: number;

  /** @param features the unit of the features, for the length of a gradient. */
  constructor(units: number, width: number, separable: boolean, features = 1) {
    this.units = units;
    this.#features = features;
    this.width = width;
    this.blocks = separable ? units : 1;
    this.size = (units * (width + 1)) / this.blocks;
  }

  /** A vector of zeros. */
  vector(): Float64Array {
    return new Float64Array(this.units * (this.width + 1));
  }

  /** One number per block. */
  perBlock(of: (block: number) => number): Float64Array {
    return Float64Array.from({ length: this.blocks }, (_, block) => of(block));
  }

  /** x·y of each block. */
  dot(x: Float64Array, y: Float64Array): Float64Array {
    return this.perBlock((block) => {
      let sum = 0;
      for (let i = block * this.size, end = i + this.size; i < end; i++) sum += x[i] * y[i];
      return sum;
    });
  }

  /** As `dot`, but without the biases, which are not penalized. */
  dotOfWeights(x: Float64Array, y: Float64Array): Float64Array {
    const { size, width } = this;
    return this.perBlock((block) => {
      let sum = 0;
      for (let i = block * size, end = i + size; i < end; i++) {
        if (i % (width + 1) !== width) sum += x[i] * y[i];
      }
      return sum;
    });
  }

  /** Σ over the blocks. */
  total(perBlock: Float64Array): number {
    return perBlock.reduce((sum, value) => sum + value, 0);
  }

  /**
   * ‖x‖ of the gradient x of each block, with features in their unit: the components of weights
   * count less if features are large, so that the norm does not depend on the scale of the
   * features.
   */
  norms(x: Float64Array): Float64Array {
    const { size, width } = this;
    return this.perBlock((block) => {
      let [weights, biases] = [0, 0];
      for (let i = block * size, end = i + size; i < end; i++) {
        for (const bias = i + width; i < bias; i++) weights += (x[i] / this.#features) ** 2;
        biases += x[i] ** 2;
      }
      return Math.sqrt(weights + biases);
    });
  }

  /** The largest |x| of each block. */
  largest(x: Float64Array): Float64Array {
    return this.perBlock((block) => {
      const from = block * this.size;
      return largestOf(x.subarray(from, from + this.size));
    });
  }

  /** x times one factor per block. */
  scaled(x: Float64Array, factors: Float64Array): Float64Array {
    const out = new Float64Array(x.length);
    for (let block = 0, i = 0; block < this.blocks; block++) {
      const factor = factors[block];
      for (const end = i + this.size; i < end; i++) out[i] = factor * x[i];
    }
    return out;
  }

  /** y += factor·x, with one factor per block. */
  add(y: Float64Array, x: Float64Array, factors: Float64Array): void {
    for (let block = 0, i = 0; block < this.blocks; block++) {
      const factor = factors[block];
      for (const end = i + this.size; i < end; i++) if (factor !== 0) y[i] += factor * x[i];
    }
  }

  /** Zeroes the blocks whose mask is 0. */
  mask(x: Float64Array, mask: Float64Array): void {
    mask.forEach((kept, block) => {
      if (!kept) x.fill(0, block * this.size, (block + 1) * this.size);
    });
  }

  /** y += l2·x, without the biases. */
  addPenalty(y: Float64Array, x: Float64Array, l2: number): void {
    const { width } = this;
    for (let unit = 0, i = 0; unit < this.units; unit++, i++) {
      for (const end = i + width; i < end; i++) y[i] += l2 * x[i];
    }
  }

  join({ weights, bias }: Head): Float64Array {
    const { width } = this;
    return this.vector().map((_, i) => {
      const [unit, at] = [Math.floor(i / (width + 1)), i % (width + 1)];
      return at === width ? bias[unit] : weights[unit * width + at];
    });
  }

  split(x: Float64Array): Head {
    const { units, width } = this;
    const weights = new Float32Array(units * width);
    const bias = new Float32Array(units);
    for (let unit = 0; unit < units; unit++) {
      const from = unit * (width + 1);
      weights.set(x.subarray(from, from + width), unit * width);
      bias[unit] = x[from + width];
    }
    return { weights, bias };
  }
}

/** The largest |x|; NaN if one is. Math.max takes several times as long. */
export function largestOf(x: Float32Array | Float64Array): number {
  let largest = 0;
  for (let i = 0; i < x.length; i++) {
    const size = Math.abs(x[i]);
    if (size > largest || Number.isNaN(size)) largest = size;
  }
  return largest;
}
