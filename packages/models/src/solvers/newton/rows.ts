import type { Loss } from '@kernel-methods/losses';
import type { Examples } from '../../data/examples.ts';
import type { Matrix, Numerics, Picked } from '../../numerics/numerics.ts';
import { valuesOf } from '../../numerics/picked.ts';
import { OwnedMatrices } from '../owned-matrices.ts';
import { Tally } from '../tally.ts';
import type { BlockVector } from './block-vector.ts';
import { type Range, rowBlocks } from './row-blocks.ts';

/** The loss and its gradient at a head, without the penalty. */
interface Evaluation {
  /** Σ s·loss / Σ s. */
  readonly loss: number;
  readonly accuracy?: number;
  /** In the layout of the head. */
  readonly gradient: Float64Array;
}

/** The weighted second derivatives of the loss. */
export interface Curvature {
  /** Row-major, `rows × units`. */
  readonly second: Float32Array;
  /** Their sums, one per output. */
  readonly sums: Float64Array;
  /** The number that are not 0. */
  readonly counts: Float64Array;
}

interface Options {
  readonly examples: Examples;
  readonly loss: Loss;
  readonly classify: boolean;
  readonly numerics: Numerics;
  readonly layout: BlockVector;
  readonly signal: AbortSignal;
  /** Called every few milliseconds with the number of finished rows of the pass. */
  readonly onRows?: (rows: number) => void;
}

/**
 * The computations of Newton's method over the rows. Each method, except those of the line search,
 * is one pass over the features. Products are float32 within a block of rows; their sums over the
 * blocks are float64.
 *
 * It keeps three numbers per row and output: its target, its score at the head, and the change of
 * its score along the step. Scores are linear in the head, so a point on the line needs no pass.
 */
export class NewtonRows {
  readonly #options: Options;
  readonly #targets: Float32Array;
  readonly #scores: Float32Array;
  readonly #step: Float32Array;
  /** 1 if the loss of a row has a second derivative; absent if all have. */
  #curved?: Uint8Array;
  /** The rows' weights, once they are known; absent if all are 1. */
  weights?: Float32Array;
  readonly #owned: OwnedMatrices;
  readonly #head: Matrix;
  readonly #bias: Matrix;
  readonly #product: Matrix;

  constructor(options: Options) {
    this.#options = options;
    const { examples, numerics, layout } = options;
    const size = examples.rows * layout.units;
    this.#targets = new Float32Array(size);
    this.#scores = new Float32Array(size);
    this.#step = new Float32Array(size);
    this.#owned = new OwnedMatrices(numerics);
    try {
      this.#head = this.#owned.zeros(layout.units, layout.width);
      this.#bias = this.#owned.zeros(1, layout.units);
      this.#product = this.#owned.zeros(layout.units, layout.width);
    } catch (error) {
      this.dispose();
      throw error;
    }
  }

  dispose(): void {
    this.#owned.dispose();
  }

  /** Loss and gradient at a head; its scores are kept. */
  async evaluate(head: Float64Array): Promise<Evaluation> {
    const { examples, loss, classify, numerics, layout } = this.#options;
    const { units } = layout;
    this.#write(head);
    const tally = new Tally(loss, classify);
    const gradient = layout.vector();
    for await (const { z, picked, targets, weights, rows } of rowBlocks(this.#options)) {
      const { from, count } = rows as Range;
      const predictions = await numerics.scores(z, picked, this.#head, this.#bias);
      this.#scores.set(predictions, from * units);
      this.#targets.set(targets, from * units);
      if (weights) {
        this.weights ??= new Float32Array(examples.rows);
        this.weights.set(weights, from);
      }
      const batch = { targets, predictions, units };
      tally.add({ ...batch, weights });
      const slopes = loss.gradient(batch, new Float32Array(count * units));
      await this.#addProduct(z, picked, slopes, weights, gradient);
    }
    for (let i = 0; i < gradient.length; i++) gradient[i] /= examples.weight;
    return { loss: Number.NaN, ...tally.means, gradient };
  }

  /** The Hessian of the mean loss, at the head last evaluated, times a direction. */
  async hessianProduct(direction: Float64Array): Promise<Float64Array> {
    const { examples, loss, numerics, layout } = this.#options;
    const { units } = layout;
    // Products are float32; scaling keeps them in range whatever the size of the direction.
    const scales = layout.largest(direction);
    this.#write(layout.scaled(direction, scales.map(inverse)));
    const product = layout.vector();
    for await (const { z, picked, targets, weights, rows } of rowBlocks(
      this.#options,
      this.#curved,
    )) {
      const scores = await numerics.scores(z, picked, this.#head, this.#bias);
      const predictions = valuesOf(this.#scores, rows, units);
      const batch = { targets, predictions, units };
      const curved = loss.hessianProduct!(batch, scores, new Float32Array(scores.length));
      await this.#addProduct(z, picked, curved, weights, product);
    }
    return layout.scaled(
      product,
      scales.map((scale) => scale / examples.weight),
    );
  }

  /** Computes the scores of a step, for the line search. */
  async takeStep(step: Float64Array): Promise<void> {
    const { numerics, layout } = this.#options;
    const scales = layout.largest(step);
    this.#write(layout.scaled(step, scales.map(inverse)));
    for await (const { z, picked, rows } of rowBlocks(this.#options)) {
      const scores = await numerics.scores(z, picked, this.#head, this.#bias);
      const at = (rows as Range).from * layout.units;
      const stride = layout.blocks === 1 ? 0 : 1;
      for (let i = 0; i < scores.length; ) {
        for (let unit = 0; unit < layout.units; unit++, i++) {
          this.#step[at + i] = scales[stride * unit] * scores[i];
        }
      }
    }
  }

  /** Each block's part of the mean loss at head + factor·step. */
  lossAlong(factors: Float64Array): Float64Array {
    const { examples, loss, layout } = this.#options;
    const { blocks, units } = layout;
    const sums = new Float64Array(blocks);
    const perBlock = units / blocks;
    for (const { from, count, predictions } of this.#points(factors)) {
      const targets = this.#targets.subarray(from * units, (from + count) * units);
      // Each output by itself, if the loss is a mean over the outputs.
      const batch = { targets, predictions, units: perBlock };
      const values = loss.values(batch, new Float64Array(count * blocks));
      for (let i = 0; i < values.length; i++) {
        sums[i % blocks] += this.#weightOf(from + Math.floor(i / blocks)) * values[i];
      }
    }
    return sums.map((sum) => sum / (blocks * examples.weight));
  }

  /** The derivative of each block's part of the mean loss along the step, at the head. */
  slopes(): Float64Array {
    const { examples, loss, layout } = this.#options;
    const { blocks, units } = layout;
    const sums = new Float64Array(blocks);
    for (const { from, count, predictions } of this.#points(new Float64Array(blocks))) {
      const targets = this.#targets.subarray(from * units, (from + count) * units);
      const slopes = loss.gradient(
        { targets, predictions, units },
        new Float64Array(count * units),
      );
      const stride = blocks === 1 ? 0 : 1;
      for (let row = from, i = 0; row < from + count; row++) {
        const weight = this.#weightOf(row);
        for (let unit = 0; unit < units; unit++, i++) {
          sums[stride * unit] += weight * slopes[i] * this.#step[from * units + i];
        }
      }
    }
    return sums.map((sum) => sum / examples.weight);
  }

  /**
   * The loss's second derivatives with respect to each output at the head, times the rows' weights
   * over their sum; only an unbiased estimate if outputs are coupled.
   */
  curve(uniform: () => number): Curvature {
    const { examples, loss, layout } = this.#options;
    const { units, blocks } = layout;
    const second = new Float32Array(examples.rows * units);
    const sums = new Float64Array(units);
    const counts = new Float64Array(units);
    for (const { from, count, predictions } of this.#points(new Float64Array(blocks))) {
      const targets = this.#targets.subarray(from * units, (from + count) * units);
      // Hutchinson's estimator: for random signs v, the mean of v·(H·v) is the diagonal of H.
      const v = new Float64Array(count * units).fill(1);
      if (blocks < units) drawSigns(v, uniform);
      const batch = { targets, predictions, units };
      const curved = loss.hessianProduct!(batch, v, new Float64Array(v.length));
      for (let row = from, i = 0; row < from + count; row++) {
        const factor = this.#weightOf(row) / examples.weight;
        for (let unit = 0; unit < units; unit++, i++) {
          if (curved[i] === 0 || factor === 0) continue;
          const value = factor * v[i] * curved[i];
          second[row * units + unit] = value;
          sums[unit] += value;
          counts[unit] += value === 0 ? 0 : 1;
        }
      }
    }
    return { second, sums: sums.map((sum) => Math.max(0, sum)), counts };
  }

  /**
   * The second derivatives with respect to one output and every output, at the head, weighted as in
   * `curve`.
   */
  secondBy(unit: number): Float64Array {
    const { examples, loss, layout } = this.#options;
    const { units, blocks } = layout;
    const out = new Float64Array(examples.rows * units);
    for (const { from, count, predictions } of this.#points(new Float64Array(blocks))) {
      const targets = this.#targets.subarray(from * units, (from + count) * units);
      const v = new Float64Array(count * units);
      for (let i = unit; i < v.length; i += units) v[i] = 1;
      const second = out.subarray(from * units, (from + count) * units);
      loss.hessianProduct!({ targets, predictions, units }, v, second);
      for (let i = 0; i < v.length; i++) {
        const weight = this.#weightOf(from + Math.floor(i / units));
        // Not 0·∞ where a row counts nothing.
        second[i] = weight === 0 ? 0 : (weight * second[i]) / examples.weight;
      }
    }
    return out;
  }

  /** Leaves out of `hessianProduct` the rows that are not curved in any output that counts. */
  restrict({ second }: Curvature, isOf: (output: number) => boolean): void {
    const { units } = this.#options.layout;
    const curved = new Uint8Array(second.length / units);
    for (let i = 0; i < second.length; i++) {
      if (second[i] !== 0 && isOf(i % units)) curved[Math.floor(i / units)] = 1;
    }
    this.#curved = curved.includes(0) ? curved : undefined;
  }

  *#points(factors: Float64Array) {
    const { examples, layout } = this.#options;
    const { blocks, units } = layout;
    for (let from = 0; from < examples.rows; from += LINE_ROWS) {
      const count = Math.min(LINE_ROWS, examples.rows - from);
      const predictions = new Float64Array(count * units);
      const stride = blocks === 1 ? 0 : 1;
      for (let i = 0, at = from * units; i < predictions.length; ) {
        for (let unit = 0; unit < units; unit++, i++, at++) {
          predictions[i] = this.#scores[at] + factors[stride * unit] * this.#step[at];
        }
      }
      yield { from, count, predictions };
    }
  }

  #weightOf(row: number): number {
    return this.weights === undefined ? 1 : this.weights[row];
  }

  #write(head: Float64Array): void {
    const { numerics, layout } = this.#options;
    const { weights, bias } = layout.split(head);
    numerics.write(this.#head, weights);
    numerics.write(this.#bias, bias);
  }

  /** Adds (s·g)ᵀ·[Z, 1]; `g` is overwritten. */
  async #addProduct(
    z: Matrix,
    picked: Picked,
    g: Float32Array,
    weights: Float32Array | undefined,
    sum: Float64Array,
  ): Promise<void> {
    const { numerics, layout } = this.#options;
    const { units, width } = layout;
    if (weights) {
      for (let row = 0, i = 0; row < weights.length; row++) {
        const weight = weights[row];
        // A row of weight 0 must not give 0·∞ = NaN.
        for (const end = i + units; i < end; i++) g[i] = weight === 0 ? 0 : weight * g[i];
      }
    }
    let largest = 0;
    for (let i = 0; i < g.length; i++) largest = Math.max(largest, Math.abs(g[i]));
    if (largest === 0) return;
    for (let i = 0; i < g.length; ) {
      for (let unit = 0, at = width; unit < units; unit++, i++, at += width + 1) {
        sum[at] += g[i];
        g[i] /= largest;
      }
    }
    numerics.gradient(z, picked, g, this.#product);
    const product = await numerics.read(this.#product);
    for (let unit = 0, from = 0; unit < units; unit++) {
      for (let at = unit * (width + 1), end = at + width; at < end; at++, from++) {
        sum[at] += largest * product[from];
      }
    }
  }
}

/** The number of rows whose losses are computed at a time in the line search. */
const LINE_ROWS = 2048;

/** −1 or 1 by equal chances, 32 of a draw. */
function drawSigns(v: Float64Array, uniform: () => number): void {
  for (let i = 0, bits = 0; i < v.length; i++, bits >>>= 1) {
    if (i % 32 === 0) bits = Math.floor(2 ** 32 * uniform());
    v[i] = bits & 1 ? -1 : 1;
  }
}

const inverse = (x: number) => (x === 0 ? 0 : 1 / x);
