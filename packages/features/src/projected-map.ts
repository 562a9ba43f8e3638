import type * as tf from '@tensorflow/tfjs-core';
import type { layers } from '@tensorflow/tfjs-layers';

/**
 * A map whose features are a product with a matrix of its own. A linear layer after it is a product
 * too, and both are one: with F = G·P the scores F·W are G·(P·W), P·W computed once. For D features
 * that saves D² multiplications per row.
 */
export interface ProjectedMap extends layers.Layer {
  /** P, [D, D′]: a weight, which the layer owns. */
  readonly projection: tf.Tensor2D;
  /**
   * What the layer gives with another matrix in the place of P.
   *
   * @param input [n, d] @param projection [D, m] @returns [n, m], which the caller owns.
   */
  applyProjected(input: tf.Tensor2D, projection: tf.Tensor2D): tf.Tensor2D;
}

/**
 * Whether a layer is a map that ends with a product.
 *
 * @example
 * isProjectedMap(nystroem({ outputDim: 20 })); // true
 * isProjectedMap(arcCosineFeatures({ outputDim: 64 })); // false
 */
export const isProjectedMap = (layer: unknown): layer is ProjectedMap =>
  typeof (layer as Partial<ProjectedMap> | null | undefined)?.applyProjected === 'function';
