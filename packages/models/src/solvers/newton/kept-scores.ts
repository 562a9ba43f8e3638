import type { Loss } from '@kernel-methods/losses';
import type { Examples } from '../../data/examples.ts';
import { eventLoopYielder } from '../../runtime/event-loop-yielder.ts';
import type { BlockVector } from './block-vector.ts';

/** The weighted second derivatives of the loss. */
export interface Curvature {
  /** Row-major, `rows × units`. */
  readonly second: Float32Array;
  /** Their sums, one per output. */
  readonly sums: Float64Array;
  /** The number that are not 0. */
  readonly counts: Float64Array;
}

/** A function of the length of a step, and its derivative. */
export interface Along {
  readonly value: number;
  readonly slope: number;
}

/** The loss of each row, and its derivatives with respect to the row's scores. */
export interface Derivatives {
  readonly values: Float64Array;
  readonly slopes: Float32Array;
}

interface Options {
  readonly examples: Examples;
  readonly loss: Loss;
  readonly layout: BlockVector;
  readonly signal: AbortSignal;
}

/**
 * Three numbers per row and output: its target, its score at the head, and the change of its score
 * along the step; and what follows from them without the features. Scores are linear in the head,
 * so a point on the line needs no pass.
 */
export class KeptScores {
  readonly #options: Options;
  readonly targets: Float32Array;
  /** float64, so that derivatives found along the step still hold after `move`. */
  readonly scores: Float64Array;
  readonly step: Float32Array;
  /** The rows' weights, once they are known; absent if all are 1. */
  weights?: Float32Array;
  /** What `along` found last. */
  #found?: Derivatives;
  /** Where on the line that was, from the kept scores; NaN if it holds for no point. */
  #at = Number.NaN;

  constructor(options: Options) {
    this.#options = options;
    const size = options.examples.rows * options.layout.units;
    this.targets = new Float32Array(size);
    this.scores = new Float64Array(size);
    this.step = new Float32Array(size);
  }

  /** Takes rows from `from` on. */
  set(from: number, targets: Float32Array, scores: Float32Array, weights?: Float32Array): void {
    this.#at = Number.NaN;
    const { examples, layout } = this.#options;
    this.targets.set(targets, from * layout.units);
    this.scores.set(scores, from * layout.units);
    if (weights === undefined) return;
    this.weights ??= new Float32Array(examples.rows);
    this.weights.set(weights, from);
  }

  /** Each block's part of the mean loss at head + factor·step. */
  async lossAlong(factors: Float64Array): Promise<Float64Array> {
    const { examples, loss, layout } = this.#options;
    const { blocks, units } = layout;
    const sums = new Float64Array(blocks);
    const perBlock = units / blocks;
    for await (const { from, count, predictions } of this.#points(factors)) {
      const targets = this.targets.subarray(from * units, (from + count) * units);
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
  async slopes(): Promise<Float64Array> {
    const { examples, loss, layout } = this.#options;
    const { blocks, units } = layout;
    const sums = new Float64Array(blocks);
    for await (const { from, count, predictions } of this.#points(new Float64Array(blocks))) {
      const targets = this.targets.subarray(from * units, (from + count) * units);
      const slopes = loss.gradient(
        { targets, predictions, units },
        new Float64Array(count * units),
      );
      const stride = blocks === 1 ? 0 : 1;
      for (let row = from, i = 0; row < from + count; row++) {
        const weight = this.#weightOf(row);
        for (let unit = 0; unit < units; unit++, i++) {
          sums[stride * unit] += weight * slopes[i] * this.step[from * units + i];
        }
      }
    }
    return sums.map((sum) => sum / examples.weight);
  }

  /** The derivatives of the mean loss with respect to each row's scores at the head, weighted as in `curve`. */
  async derivatives(): Promise<Float64Array> {
    const { examples, loss, layout } = this.#options;
    const { units, blocks } = layout;
    const out = new Float64Array(examples.rows * units);
    for await (const { from, count, predictions } of this.#points(new Float64Array(blocks))) {
      const [start, end] = [from * units, (from + count) * units];
      const part = out.subarray(start, end);
      loss.gradient({ targets: this.targets.subarray(start, end), predictions, units }, part);
      for (let i = 0; i < part.length; i++) {
        const weight = this.#weightOf(from + Math.floor(i / units));
        // Not 0·∞ where a row counts nothing.
        part[i] = weight === 0 ? 0 : (weight * part[i]) / examples.weight;
      }
    }
    return out;
  }

  /** The mean loss at head + factor·step and its derivative along the step, where all outputs are one block. */
  async along(factor: number): Promise<Along> {
    const { examples, loss, layout } = this.#options;
    const { units } = layout;
    if (factor === 0 && this.known) return this.#sums(this.known);
    this.#found ??= {
      values: new Float64Array(examples.rows),
      slopes: new Float32Array(examples.rows * units),
    };
    const found = this.#found;
    // Half overwritten, it is valid for no point.
    this.#at = Number.NaN;
    for await (const { from, count, predictions } of this.#points(Float64Array.of(factor))) {
      const [start, end] = [from * units, (from + count) * units];
      const batch = { targets: this.targets.subarray(start, end), predictions, units };
      const values = found.values.subarray(from, from + count);
      loss.valuesAndGradient(batch, values, found.slopes.subarray(start, end));
    }
    this.#at = factor;
    return this.#sums(found);
  }

  /** The losses and derivatives at the kept scores, if `along` found them. */
  get known(): Derivatives | undefined {
    return this.#at === 0 ? this.#found : undefined;
  }

  /** The mean loss and its derivative along the step. */
  async #sums({ values, slopes }: Derivatives): Promise<Along> {
    const { examples, layout } = this.#options;
    const { units } = layout;
    let [value, slope] = [0, 0];
    for await (const { from, count } of this.#blocks()) {
      for (let row = from, i = from * units; row < from + count; row++) {
        const weight = this.#weightOf(row);
        // Not 0·∞ where a row counts nothing.
        if (weight === 0) {
          i += units;
          continue;
        }
        let sum = 0;
        for (const end = i + units; i < end; i++) sum += slopes[i] * this.step[i];
        value += weight * values[row];
        slope += weight * sum;
      }
    }
    return { value: value / examples.weight, slope: slope / examples.weight };
  }

  /** Takes the scores along the step. */
  move(factor: number): void {
    for (let i = 0; i < this.scores.length; i++) this.scores[i] += factor * this.step[i];
    this.#at = this.#at === factor ? 0 : Number.NaN;
  }

  /**
   * The loss's second derivatives with respect to each output at the head, times the rows' weights
   * over their sum; only an unbiased estimate if outputs are coupled.
   */
  async curve(uniform: () => number): Promise<Curvature> {
    const { examples, loss, layout } = this.#options;
    const { units, blocks } = layout;
    const second = new Float32Array(examples.rows * units);
    const sums = new Float64Array(units);
    const counts = new Float64Array(units);
    for await (const { from, count, predictions } of this.#points(new Float64Array(blocks))) {
      const targets = this.targets.subarray(from * units, (from + count) * units);
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
   * `curve`. It is for few rows: the event loop gets no turns.
   */
  secondBy(unit: number): Float64Array {
    const { examples, loss, layout } = this.#options;
    const { units, blocks } = layout;
    const { rows } = examples;
    const predictions = this.#along(0, new Float64Array(rows * units), new Float64Array(blocks));
    const v = new Float64Array(rows * units);
    for (let i = unit; i < v.length; i += units) v[i] = 1;
    const out = new Float64Array(rows * units);
    loss.hessianProduct!({ targets: this.targets, predictions, units }, v, out);
    for (let i = 0; i < v.length; i++) {
      const weight = this.#weightOf(Math.floor(i / units));
      // Not 0·∞ where a row counts nothing.
      out[i] = weight === 0 ? 0 : (weight * out[i]) / examples.weight;
    }
    return out;
  }

  /** Some rows at a time with their scores at head + factor·step, until the next ones are asked for. */
  async *#points(factors: Float64Array) {
    const { units } = this.#options.layout;
    let buffer = new Float64Array(0);
    for await (const { from, count } of this.#blocks()) {
      if (buffer.length === 0) buffer = new Float64Array(count * units);
      const predictions = this.#along(from, buffer.subarray(0, count * units), factors);
      yield { from, count, predictions };
    }
  }

  /** Some rows at a time, and turns for the event loop. */
  async *#blocks() {
    const { examples, layout, signal } = this.#options;
    const together = Math.max(1, Math.floor(TOGETHER / layout.units));
    const turn = eventLoopYielder();
    for (let from = 0; from < examples.rows; from += together) {
      yield { from, count: Math.min(together, examples.rows - from) };
      if (turn.isDue()) await turn.take();
      signal.throwIfAborted();
    }
  }

  /** Scores at head + factor·step. */
  #along(from: number, out: Float64Array, factors: Float64Array): Float64Array {
    const { blocks, units } = this.#options.layout;
    const stride = blocks === 1 ? 0 : 1;
    for (let i = 0, at = from * units; i < out.length; ) {
      for (let unit = 0; unit < units; unit++, i++, at++) {
        out[i] = this.scores[at] + factors[stride * unit] * this.step[at];
      }
    }
    return out;
  }

  #weightOf(row: number): number {
    return this.weights === undefined ? 1 : this.weights[row];
  }
}

/** The number of scores whose losses are computed at a time: a few milliseconds of work. */
const TOGETHER = 2 ** 16;

/** −1 or 1 by equal chances, 32 of a draw. */
function drawSigns(v: Float64Array, uniform: () => number): void {
  for (let i = 0, bits = 0; i < v.length; i++, bits >>>= 1) {
    if (i % 32 === 0) bits = Math.floor(2 ** 32 * uniform());
    v[i] = bits & 1 ? -1 : 1;
  }
}
