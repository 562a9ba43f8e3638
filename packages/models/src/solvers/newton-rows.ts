import type { Loss } from '@kernel-methods/losses';
import { classIndices } from '../class-indices.ts';
import type { Examples } from '../examples.ts';
import type { Matrix, Numerics, Picked } from '../numerics/numerics.ts';
import { turnTaker } from '../turn-taker.ts';
import { type Layout, rowsOf } from './newton-layout.ts';

/** How the loss and its gradient stand at a head, the penalty left out. */
export interface Evaluation {
  /** Σ s·loss / Σ s. */
  readonly loss: number;
  readonly accuracy?: number;
  /** Laid out as the head. */
  readonly gradient: Float64Array;
}

/** Some of the rows, few enough that they stay in the cache between two products. */
interface Piece {
  readonly z: Matrix;
  readonly picked: Picked;
  readonly targets: Float32Array;
  readonly weights?: Float32Array;
  readonly from: number;
  readonly count: number;
}

interface Options {
  readonly examples: Examples;
  readonly loss: Loss;
  readonly classify: boolean;
  readonly numerics: Numerics;
  readonly layout: Layout;
  readonly signal: AbortSignal;
  /** Called every few milliseconds with the rows of the pass that are done. */
  readonly onRows?: (rows: number) => void;
}

/**
 * What Newton's method asks of the rows: each method but those of the line is one pass over the
 * features. Products are float32 within a piece; their sums over the pieces are float64.
 *
 * It keeps targets and three scores a row and output: at the head, along the step, and of the
 * latest direction. Scores are linear in the head, so a point on the line costs no pass.
 */
export class NewtonRows {
  /** Passes over the features so far. */
  passes = 0;
  readonly #options: Options;
  readonly #targets: Float32Array;
  readonly #scores: Float32Array;
  readonly #step: Float32Array;
  readonly #direction: Float32Array;
  #weights?: Float32Array;
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
    this.#direction = new Float32Array(size);
    this.#head = numerics.zeros(layout.units, layout.width);
    this.#bias = numerics.zeros(1, layout.units);
    this.#product = numerics.zeros(layout.units, layout.width);
  }

  dispose(): void {
    for (const matrix of [this.#head, this.#bias, this.#product]) matrix.dispose();
  }

  /** Loss and gradient at a head; its scores are kept. */
  async evaluate(head: Float64Array): Promise<Evaluation> {
    const { examples, loss, classify, numerics, layout } = this.#options;
    const { units } = layout;
    this.#write(head);
    const sums = { loss: 0, right: 0 };
    const gradient = layout.vector();
    for await (const { z, picked, targets, weights, from, count } of this.#pieces()) {
      const predictions = await numerics.scores(z, picked, this.#head, this.#bias);
      this.#scores.set(predictions, from * units);
      this.#targets.set(targets, from * units);
      if (weights) {
        this.#weights ??= new Float32Array(examples.rows);
        this.#weights.set(weights, from);
      }
      const batch = { targets, predictions, units };
      const values = loss.values(batch, new Float64Array(count));
      for (let i = 0; i < count; i++) sums.loss += (weights?.[i] ?? 1) * values[i];
      if (classify) sums.right += rightRows(targets, predictions, units);
      const slopes = loss.gradient(batch, new Float32Array(count * units));
      await this.#addProduct(z, picked, slopes, weights, gradient);
    }
    for (let i = 0; i < gradient.length; i++) gradient[i] /= examples.weight;
    return {
      loss: sums.loss / examples.weight,
      gradient,
      ...(classify && { accuracy: sums.right / examples.rows }),
    };
  }

  /** The Hessian of the mean loss, at the head last evaluated, times a direction. */
  async hessianProduct(direction: Float64Array): Promise<Float64Array> {
    const { examples, loss, numerics, layout } = this.#options;
    const { units } = layout;
    // Products are float32: whatever the sizes of the direction, they stay in its range.
    const scales = layout.largest(direction);
    this.#write(layout.scaled(direction, scales.map(inverse)));
    const product = layout.vector();
    for await (const { z, picked, targets, weights, from, count } of this.#pieces()) {
      const scores = await numerics.scores(z, picked, this.#head, this.#bias);
      this.#direction.set(scores, from * units);
      const predictions = this.#scores.subarray(from * units, (from + count) * units);
      const batch = { targets, predictions, units };
      const curved = loss.hessianProduct!(batch, scores, new Float32Array(count * units));
      await this.#addProduct(z, picked, curved, weights, product);
    }
    this.#scaleDirection(scales);
    return layout.scaled(
      product,
      scales.map((scale) => scale / examples.weight),
    );
  }

  /** Forgets the step. */
  startStep(): void {
    this.#step.fill(0);
  }

  /** Adds to the step the direction last multiplied, times one factor a block. */
  addToStep(factors: Float64Array): void {
    const { blocks, units } = this.#options.layout;
    for (let i = 0; i < this.#step.length; i++) {
      this.#step[i] += factors[blocks === 1 ? 0 : i % units] * this.#direction[i];
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
      // Each output alone, where the loss is the mean of theirs.
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
      for (let i = 0; i < slopes.length; i++) {
        const weight = this.#weightOf(from + Math.floor(i / units));
        sums[blocks === 1 ? 0 : i % units] += weight * slopes[i] * this.#step[from * units + i];
      }
    }
    return sums.map((sum) => sum / examples.weight);
  }

  /** The mean over the rows of the loss's second derivative by each output, as it is at the head. */
  curvatures(signs: (i: number) => number): Float64Array {
    const { examples, loss, layout } = this.#options;
    const { units } = layout;
    const sums = new Float64Array(units);
    for (const { from, count, predictions } of this.#points(new Float64Array(layout.blocks))) {
      const targets = this.#targets.subarray(from * units, (from + count) * units);
      // Hutchinson's: with random signs v, v·(H·v) has the diagonal of H as its mean.
      const v = Float64Array.from({ length: count * units }, (_, i) => signs(i));
      const batch = { targets, predictions, units };
      const curved = loss.hessianProduct!(batch, v, new Float64Array(v.length));
      for (let i = 0; i < v.length; i++) {
        sums[i % units] += this.#weightOf(from + Math.floor(i / units)) * v[i] * curved[i];
      }
    }
    return sums.map((sum) => Math.max(0, sum / examples.weight));
  }

  *#points(factors: Float64Array) {
    const { examples, layout } = this.#options;
    const { blocks, units } = layout;
    for (let from = 0; from < examples.rows; from += LINE_ROWS) {
      const count = Math.min(LINE_ROWS, examples.rows - from);
      const predictions = new Float64Array(count * units);
      for (let i = 0, at = from * units; i < predictions.length; i++, at++) {
        const factor = factors[blocks === 1 ? 0 : i % units];
        predictions[i] = this.#scores[at] + factor * this.#step[at];
      }
      yield { from, count, predictions };
    }
  }

  #weightOf(row: number): number {
    return this.#weights === undefined ? 1 : this.#weights[row];
  }

  #scaleDirection(scales: Float64Array): void {
    const { blocks, units } = this.#options.layout;
    for (let i = 0; i < this.#direction.length; i++) {
      this.#direction[i] *= scales[blocks === 1 ? 0 : i % units];
    }
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
    if (weights) for (let i = 0; i < g.length; i++) g[i] *= weights[Math.floor(i / units)];
    let largest = 0;
    for (let i = 0; i < g.length; i++) largest = Math.max(largest, Math.abs(g[i]));
    if (largest === 0) return;
    for (let i = 0; i < g.length; i++) {
      sum[(i % units) * (width + 1) + width] += g[i];
      g[i] /= largest;
    }
    numerics.gradient(z, picked, g, this.#product);
    const product = await numerics.read(this.#product);
    for (let unit = 0, from = 0; unit < units; unit++) {
      for (let at = unit * (width + 1), end = at + width; at < end; at++, from++) {
        sum[at] += largest * product[from];
      }
    }
  }

  async *#pieces(): AsyncGenerator<Piece> {
    const { examples, numerics, signal, layout, onRows } = this.#options;
    const size = rowsOf(numerics, layout.width);
    const turn = turnTaker();
    let from = 0;
    this.passes++;
    for await (const { z, picked, targets, weights } of examples.chunks()) {
      const rows = targets.length / layout.units;
      for (let start = 0; start < rows; start += size) {
        const count = Math.min(size, rows - start);
        const end = start + count;
        yield {
          z,
          picked:
            picked instanceof Int32Array
              ? picked.subarray(start, end)
              : { from: picked.from + start, count },
          targets: targets.subarray(start * layout.units, end * layout.units),
          weights: weights?.subarray(start, end),
          from,
          count,
        };
        from += count;
        if (turn.isDue()) {
          onRows?.(from);
          await turn.take();
        }
        signal.throwIfAborted();
      }
    }
  }
}

/** Rows whose losses are computed at a time on the line. */
const LINE_ROWS = 2048;

const inverse = (x: number) => (x === 0 ? 0 : 1 / x);

function rightRows(targets: Float32Array, scores: Float32Array, units: number): number {
  const predicted = classIndices(scores, units);
  return classIndices(targets, units).reduce((n, index, row) => n + +(index === predicted[row]), 0);
}
