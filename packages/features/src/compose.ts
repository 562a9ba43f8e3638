import * as tf from '@tensorflow/tfjs-core';
import type { layers, Shape, SymbolicTensor } from '@tensorflow/tfjs-layers';
import { MapGroup } from './map-group.ts';
import { registerLayer } from './register-layer.ts';
import type { LayerConfig } from './settings.ts';

/**
 * Chains several maps into one tfjs layer: compose([standardize(), nystroem({ … })]).
 *
 * `fit` fits each map on the output of those before it. Any tfjs layer may be among them. Input:
 * that of the first map. Output: that of the last. Weights: those of all maps.
 *
 * @throws RangeError or TypeError that names the setting, its rule and the value.
 *
 * @example
 * const map = compose([standardize(), randomFourierFeatures({ outputDim: 64, scale: 1 })]);
 * await map.fit(tf.tensor2d([[0, 10], [1, 20], [2, 60]])); // `standardize` learns from the rows
 */
export const compose = (maps: layers.Layer[], config?: LayerConfig): Compose =>
  new Compose({ ...config, maps });

/** The layer that `compose` makes; see there. */
export class Compose extends MapGroup {
  static readonly className = 'ComposedFeatures';

  override computeOutputShape(inputShape: Shape | Shape[]): Shape | Shape[] {
    return this.maps.reduce((shape, map) => map.computeOutputShape(shape), inputShape);
  }

  protected connect(input: SymbolicTensor): SymbolicTensor {
    return this.maps.reduce((x, map) => map.apply(x) as SymbolicTensor, input);
  }

  protected map(input: tf.Tensor): tf.Tensor {
    return this.maps.reduce((x, map) => map.apply(x) as tf.Tensor, input);
  }

  protected async fitMaps(
    x: tf.Tensor,
    fitMap: (map: layers.Layer, x: tf.Tensor) => Promise<void>,
  ): Promise<void> {
    let rows = tf.clone(x);
    try {
      for (const map of this.maps) {
        await fitMap(map, rows);
        if (map === this.maps.at(-1)) break;
        const mapped = map.apply(rows) as tf.Tensor;
        rows.dispose();
        rows = mapped;
      }
    } finally {
      rows.dispose();
    }
  }
}

registerLayer(Compose);
