import { createRandom, type Random } from '@kernel-methods/random';
import type * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { layerLike } from './network.ts';

/** The random initializers of tfjs, by the name in their configurations. */
const DRAWN: readonly string[] = [
  'RandomNormal',
  'RandomUniform',
  'TruncatedNormal',
  'VarianceScaling',
  'GlorotNormal',
  'GlorotUniform',
  'HeNormal',
  'HeUniform',
  'LeCunNormal',
  'LeCunUniform',
  'Orthogonal',
];

/**
 * A copy of this layer whose initializers get a seed if they have none, so that a fit is
 * repeatable.
 *
 * @param index of the layer in its map, so that two layers of the same shape draw different
 * numbers.
 */
export function seededCopy(layer: tfl.layers.Layer, seed: number, index: number): tfl.layers.Layer {
  const random = createRandom(seed).stream(`layers ${index}`);
  const config = seeded(layer.getConfig(), random) as tf.serialization.ConfigDict;
  return layerLike(layer.constructor, config, layer.trainable);
}

/** The same configuration with seeds, in all nested layers. */
function seeded(value: unknown, random: Random): unknown {
  if (Array.isArray(value)) return value.map((one) => seeded(one, random));
  if (typeof value !== 'object' || value === null) return value;
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  const copy = Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, seeded(inner, random)]),
  );
  const { className, config } = copy as { className?: unknown; config?: { seed?: unknown } };
  const draws = DRAWN.includes(className as string);
  if (draws && config && missing(config.seed)) config.seed = drawn(random);
  return copy;
}

const missing = (seed: unknown) => seed === undefined || seed === null;
const drawn = (random: Random) => random.integer(2 ** 31);
