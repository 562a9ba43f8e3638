import type { Loss } from '@kernel-methods/losses';
import type { Examples } from '../../data/examples.ts';
import { gradientInTurns, scoresInTurns } from '../../numerics/in-turns.ts';
import type { Matrix, Numerics, Picked } from '../../numerics/numerics.ts';
import { valuesOf } from '../../numerics/picked.ts';
import { OwnedMatrices } from '../owned-matrices.ts';
import { Tally } from '../tally.ts';
import { type BlockVector, largestOf } from './block-vector.ts';
import { type Curvature, type Derivatives, KeptScores } from './kept-scores.ts';
import { type Range, type RowBlock, rowBlocks } from './row-blocks.ts';

/** The loss and its gradient at a head, without the penalty. */
export interface Evaluation {
  /** Σ s·loss / Σ s. */
  readonly loss: number;
  readonly accuracy?: number;
  /** In the layout of the head. */
  readonly gradient: Float64Array;
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
 * The computations of Newton's method over the rows. Each is one pass over the features. Products
 * are float32 within a block of rows; their sums over the blocks are float64.
 */
export class NewtonRows {
  readonly #options: Options;
  /** What the passes leave behind. */
  readonly kept: KeptScores;
  /** 1 if the loss of a row has a second derivative; absent if all have. */
  #curved?: Uint8Array;
  readonly #owned: OwnedMatrices;
  readonly #head: Matrix;
  readonly #bias: Matrix;

  constructor(options: Options) {
    this.#options = options;
    const { numerics, layout } = options;
    this.kept = new KeptScores(options);
    this.#owned = new OwnedMatrices(numerics);
    try {
      this.#head = this.#owned.zeros(layout.units, layout.width);
      this.#bias = this.#owned.zeros(1, layout.units);
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
    this.#write(head);
    return this.#evaluate(async ({ z, picked, targets, weights, rows }) => {
      const scores = await this.#scoresOf(z, picked);
      this.kept.set((rows as Range).from, targets, scores, weights);
      return scores;
    });
  }

  /**
   * The same at the kept scores, which need no product: those of the head that was last evaluated, or where
   * `kept.move` has taken them, with the derivatives that the search along the step found there.
   */
  evaluateKept(): Promise<Evaluation> {
    const { units } = this.#options.layout;
    const scoresOf = async ({ rows }: RowBlock) => valuesOf(this.kept.scores, rows, units);
    return this.#evaluate(scoresOf, this.kept.known);
  }

  async #evaluate(
    scoresOf: (block: RowBlock) => Promise<Float32Array>,
    known?: Derivatives,
  ): Promise<Evaluation> {
    const { examples, loss, classify, layout } = this.#options;
    const { units } = layout;
    const tally = new Tally(loss, classify);
    const gradient = layout.vector();
    for await (const block of rowBlocks(this.#options)) {
      const { z, picked, targets, weights, rows } = block;
      const predictions = await scoresOf(block);
      const { from, count } = rows as Range;
      // A copy, as the product overwrites it.
      const slopes = known
        ? known.slopes.slice(from * units, (from + count) * units)
        : new Float32Array(predictions.length);
      const values = known?.values.subarray(from, from + count);
      tally.add({ targets, predictions, units, weights, slopes, values });
      await this.#addProduct(z, picked, slopes, weights, gradient);
    }
    for (let i = 0; i < gradient.length; i++) gradient[i] /= examples.weight;
    return { loss: Number.NaN, ...tally.means, gradient };
  }

  /** The Hessian of the mean loss, at the head last evaluated, times a direction. */
  async hessianProduct(direction: Float64Array): Promise<Float64Array> {
    const { examples, loss, layout } = this.#options;
    const { units } = layout;
    // Products are float32; scaling keeps them in range whatever the size of the direction.
    const scales = layout.largest(direction);
    this.#write(layout.scaled(direction, scales.map(inverse)));
    const product = layout.vector();
    for await (const { z, picked, targets, weights, rows } of rowBlocks(
      this.#options,
      this.#curved,
    )) {
      const scores = await this.#scoresOf(z, picked);
      const predictions = valuesOf(this.kept.scores, rows, units);
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
    const { layout } = this.#options;
    const scales = layout.largest(step);
    this.#write(layout.scaled(step, scales.map(inverse)));
    for await (const { z, picked, rows } of rowBlocks(this.#options)) {
      const scores = await this.#scoresOf(z, picked);
      const at = (rows as Range).from * layout.units;
      const stride = layout.blocks === 1 ? 0 : 1;
      for (let i = 0; i < scores.length; ) {
        for (let unit = 0; unit < layout.units; unit++, i++) {
          this.kept.step[at + i] = scales[stride * unit] * scores[i];
        }
      }
    }
  }

  /** Sums of the rows with these coefficients, `rows × units`, and biases: [βᵀ·Z, b]. */
  async combine(beta: Float64Array, bias: Float64Array): Promise<Float64Array> {
    const { layout } = this.#options;
    const { units, width } = layout;
    const out = layout.vector();
    for await (const { z, picked, rows } of rowBlocks(this.#options)) {
      const { from, count } = rows as Range;
      const part = Float32Array.from(beta.subarray(from * units, (from + count) * units));
      await this.#addProduct(z, picked, part, undefined, out);
    }
    for (let unit = 0; unit < units; unit++) out[unit * (width + 1) + width] = bias[unit];
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

  #scoresOf(z: Matrix, picked: Picked): Promise<Float32Array> {
    const { numerics, signal } = this.#options;
    const head = { weights: this.#head, bias: this.#bias };
    return scoresInTurns(numerics, { z, picked }, head, signal);
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
    const { numerics, layout, signal } = this.#options;
    const { units, width } = layout;
    if (weights) {
      for (let row = 0, i = 0; row < weights.length; row++) {
        const weight = weights[row];
        // A row of weight 0 must not give 0·∞ = NaN.
        for (const end = i + units; i < end; i++) g[i] = weight === 0 ? 0 : weight * g[i];
      }
    }
    const largest = largestOf(g);
    if (largest === 0) return;
    for (let i = 0; i < g.length; ) {
      for (let unit = 0, at = width; unit < units; unit++, i++, at += width + 1) {
        sum[at] += g[i];
        g[i] /= largest;
      }
    }
    const product = await gradientInTurns(numerics, { z, picked }, g, units, signal);
    for (let unit = 0, from = 0; unit < units; unit++) {
      for (let at = unit * (width + 1), end = at + width; at < end; at++, from++) {
        sum[at] += largest * product[from];
      }
    }
  }
}

const inverse = (x: number) => (x === 0 ? 0 : 1 / x);
