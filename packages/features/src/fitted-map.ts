import * as check from '@kernel-methods/check';
import { createRandom, type Random } from '@kernel-methods/random';
import * as tf from '@tensorflow/tfjs-core';
import type { layers, Shape } from '@tensorflow/tfjs-layers';
import { buildFor, isBuilding } from './build-for.ts';
import { FeatureMap } from './feature-map.ts';
import type { LayerConfig } from './settings.ts';

export interface FitOptions {
  /** Stops the fit. It then rejects with the signal's reason and leaves the weights unchanged. */
  signal?: AbortSignal;
  /** Replaces the layer's own seed. */
  seed?: number;
}

/** A map that learns from data: a tfjs layer that can be used once it is fitted or loaded. */
export interface Fittable extends layers.Layer {
  /**
   * Learns from rows: builds the layer if it is not built, and sets its weights. The same rows and
   * seed always give the same weights.
   *
   * @param x the rows, in the form that the layer maps. The caller still owns it.
   */
  fit(x: tf.Tensor, options?: FitOptions): Promise<void>;
  /** Whether its weights were fitted, loaded or set. */
  readonly isFitted: boolean;
  /**
   * The number of rows that is enough: a random sample of that size can replace all rows. Undefined
   * if all rows are needed.
   */
  readonly fitRows?: number | undefined;
}

/**
 * Whether a layer is a map that learns from data. (A tfjs model has a `fit` too, but a different
 * one.)
 *
 * @example
 * isFittable(nystroem({ outputDim: 20 })); // true: it learns from rows
 * isFittable(arcCosineFeatures({ outputDim: 64 })); // false
 */
export function isFittable(layer: unknown): layer is Fittable {
  const map = layer as Partial<Fittable> | null | undefined;
  return typeof map?.fit === 'function' && typeof map.isFitted === 'boolean';
}

/** A feature map whose weights are learnt from data. A subclass says how. */
export abstract class FittedMap extends FeatureMap implements Fittable {
  readonly #seed: number;
  #start: object[] = [];

  constructor(config: LayerConfig, seed = 0) {
    super(config);
    this.#seed = seed;
  }

  /**
   * Computes the weights, in their order, from samples [n, …] of finite numbers. The caller owns
   * them.
   */
  protected abstract learn(
    samples: tf.Tensor,
    random: Random,
    signal?: AbortSignal,
  ): Promise<tf.Tensor[]>;

  /** True once every weight has been written, which replaces the data that it was built with. */
  get isFitted(): boolean {
    return this.built && this.weights.every((w, i) => w.read().dataId !== this.#start[i]);
  }

  async fit(x: tf.Tensor, { signal, seed = this.#seed }: FitOptions = {}): Promise<void> {
    checkRows(x);
    const random = createRandom(check.seed('seed', seed));
    signal?.throwIfAborted();
    buildFor(this, x.shape);
    const samples = tf.tidy(() => this.samplesOf(x));
    let learnt: tf.Tensor[] = [];
    try {
      const finite = tf.tidy(() => tf.all(tf.isFinite(samples)));
      const [areFinite] = await finite.data();
      finite.dispose();
      if (!areFinite) throw new RangeError('`x` must hold finite numbers. Received others.');
      learnt = await this.learn(samples, random, signal);
      signal?.throwIfAborted();
      const allFinite = tf.tidy(() => tf.all(tf.stack(learnt.map((w) => tf.all(tf.isFinite(w))))));
      const [isUsable] = await allFinite.data();
      allFinite.dispose();
      if (!isUsable) throw unlearnable(this);
      this.setWeights(learnt);
    } finally {
      tf.dispose([samples, ...learnt]);
    }
  }

  override build(inputShape: Shape | Shape[]): void {
    super.build(inputShape);
    this.#start = this.weights.map((weight) => weight.read().dataId);
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const [input] = Array.isArray(inputs) ? inputs : [inputs];
    if (isBuilding(this)) return tf.clone(input);
    this.computeOutputShape(input.shape);
    this.requireFitted();
    return super.call(input);
  }

  /** @throws Error unless it is fitted. */
  protected requireFitted(): void {
    if (this.isFitted) return;
    throw new Error(
      `The layer '${this.name}' must be fitted before it is used: call its \`fit\`, or load or ` +
        'set its weights.',
    );
  }
}

/** The error for finite rows from which float32 computes numbers that are not finite. */
export const unlearnable = (layer: layers.Layer) =>
  new RangeError(
    `\`x\` must hold numbers from which the layer '${layer.name}' (${layer.getClassName()}) can ` +
      'compute its weights in float32. Received others: too large, or outside the domain.',
  );

/** @throws TypeError or RangeError unless x is a tensor with rows. */
export function checkRows(x: tf.Tensor): void {
  if (!(x instanceof tf.Tensor)) {
    throw check.typeError('x', 'be a tensor', check.shown(x));
  }
  if (!(x.shape[0] > 0)) {
    throw new RangeError(`\`x\` must have one row or more. Received shape: [${x.shape}].`);
  }
}
