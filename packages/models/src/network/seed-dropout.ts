import { createRandom, type Random } from '@kernel-methods/random';
import type * as tfl from '@tensorflow/tfjs-layers';

/** What tfjs's Dropout is, besides a layer. */
type Dropout = tfl.layers.Layer & { seed?: number };

/**
 * Lets the dropout layers of a network draw from a seed where they have none of their own, another
 * mask in every step: tfjs itself draws the same mask for ever from a layer's own seed.
 */
export function seedDropout(network: tfl.LayersModel, seed: number): void {
  const { stream } = createRandom(seed);
  dropouts(network.layers).forEach((layer, i) => {
    drawFrom(layer, stream(`dropout ${i}`));
  });
}

function dropouts(layers: readonly tfl.layers.Layer[]): Dropout[] {
  return layers.flatMap((layer) => {
    const { layers: inner } = layer as Partial<tfl.LayersModel>;
    if (inner !== undefined) return dropouts(inner);
    const { seed } = layer as Dropout;
    const isOpen = seed === undefined || seed === null;
    return layer.getClassName() === 'Dropout' && isOpen ? [layer] : [];
  });
}

function drawFrom(layer: Dropout, random: Random): void {
  const { call } = layer;
  layer.call = (inputs, kwargs) => {
    const { seed } = layer;
    if (kwargs.training) layer.seed = random.integer(2 ** 31);
    try {
      return call.call(layer, inputs, kwargs);
    } finally {
      layer.seed = seed;
    }
  };
}
