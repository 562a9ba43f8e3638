import * as check from '@kernel-methods/check';
import * as tf from '@tensorflow/tfjs-core';
import type { layers, Shape, SymbolicTensor } from '@tensorflow/tfjs-layers';
import { MapGroup } from './map-group.ts';
import { registerLayer } from './register-layer.ts';
import type { LayerConfig } from './settings.ts';

/**
 * Puts maps side by side in one tfjs layer, which concatenates their features. The product of two
 * rows of features then approximates the sum of the maps' kernels.
 *
 * `fit` fits each map on the same rows. Input: an input that all of the maps take. Output: [n, …,
 * D₁ + D₂ + …]. Weights: those of all maps.
 *
 * @throws RangeError or TypeError that names the setting, its rule and the value.
 *
 * @example
 * const x = tf.tensor2d([[0.2, 0.8], [0.5, 0.5]]);
 * concatenate([identity(), arcCosineFeatures({ outputDim: 64 })]).apply(x); // [2, 66]
 */
export const concatenate = (maps: layers.Layer[], config?: LayerConfig): Concatenate =>
  new Concatenate({ ...config, maps });

/** The layer that `concatenate` makes; see there. */
export class Concatenate extends MapGroup {
  // tfjs has a layer 'Concatenate' already, with several inputs.
  static readonly className = 'ConcatenatedFeatures';

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    const shapes = this.maps.map((map) => map.computeOutputShape(inputShape) as Shape);
    const [rows] = shapes.map((shape) => shape.slice(0, -1));
    if (!shapes.every((shape) => shape.slice(0, -1).join() === rows.join())) {
      throw new RangeError(
        `\`maps\` must give features of the same rows. Received shapes: ${check.shown(shapes)}.`,
      );
    }
    return [...rows, shapes.reduce((sum, shape) => sum + (shape.at(-1) as number), 0)];
  }

  protected connect(input: SymbolicTensor): SymbolicTensor {
    for (const map of this.maps) map.apply(input);
    return input;
  }

  protected map(input: tf.Tensor): tf.Tensor {
    const features = this.maps.map((map) => map.apply(input) as tf.Tensor);
    return features.length === 1 ? features[0] : tf.concat(features, -1);
  }

  protected async fitMaps(
    x: tf.Tensor,
    fitMap: (map: layers.Layer, x: tf.Tensor) => Promise<void>,
  ): Promise<void> {
    for (const map of this.maps) await fitMap(map, x);
  }
}

registerLayer(Concatenate);
