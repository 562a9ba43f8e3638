import { createRandom, type Random } from '@kernel-methods/random';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';

/**
 * A layer with the members of tfjs layers that draw random numbers in training, or that hold other
 * layers.
 */
type Layer = tfl.layers.Layer & {
  seed?: number | null;
  readonly rate?: number;
  readonly stddev?: number;
  readonly noiseShape?: number[];
  /** The dropout function of recurrent cells, which have no seed. */
  dropoutFunc?: ((x: tf.Tensor, rate: number) => tf.Tensor) | null;
  readonly layers?: readonly Layer[];
  readonly layer?: Layer;
  readonly forwardLayer?: Layer;
  readonly backwardLayer?: Layer;
  readonly cell?: Layer;
  readonly cells?: readonly Layer[];
};

type Call = tfl.layers.Layer['call'];

/**
 * Gives a seed to the layers of a network that draw random numbers in training and have no seed:
 * dropout, Gaussian noise and dropout, alpha dropout, and the dropout of recurrent layers. Every
 * step gets another mask. (With a layer's own seed tfjs draws the same mask in every step.)
 *
 * It does not affect a user's own layer classes.
 */
export function seedNoise(network: tfl.LayersModel, seed: number): void {
  const { stream } = createRandom(seed);
  [...leaves(network.layers as readonly Layer[])].forEach((layer, i) => {
    drawFrom(layer, stream(`dropout ${i}`));
  });
}

/** All layers that contain no other layers, each once. */
function leaves(layers: readonly Layer[], found = new Set<Layer>()): Set<Layer> {
  for (const layer of layers) {
    const { layers: nested, layer: wrapped, forwardLayer, backwardLayer, cell, cells } = layer;
    const inner = [...(nested ?? []), wrapped, forwardLayer, backwardLayer, cell, ...(cells ?? [])];
    const held = inner.filter((one) => one !== undefined);
    if (held.length > 0) leaves(held, found);
    else found.add(layer);
  }
  return found;
}

function drawFrom(layer: Layer, random: Random): void {
  const draw = () => 1 + random.integer(2 ** 31 - 1); // for tfjs a seed of 0 is no seed
  const name = layer.getClassName();
  if (name === 'Dropout') seedDropout(layer, draw);
  else if (name === 'GaussianNoise' || name === 'GaussianDropout' || name === 'AlphaDropout') {
    const plain: Call = layer.call;
    const noised = noises[name];
    layer.call = (inputs, kwargs) =>
      kwargs.training && isNoisy(layer)
        ? tf.tidy(() => noised(Array.isArray(inputs) ? inputs[0] : inputs, layer, draw()))
        : plain.call(layer, inputs, kwargs);
  } else if ('dropoutFunc' in layer) {
    layer.dropoutFunc ??= (x, rate) => tf.dropout(x, rate, undefined, draw());
  }
}

function seedDropout(layer: Layer, draw: () => number): void {
  if (layer.seed !== undefined && layer.seed !== null) return;
  const plain: Call = layer.call;
  layer.call = (inputs, kwargs) => {
    const { seed } = layer;
    if (kwargs.training) layer.seed = draw();
    try {
      return plain.call(layer, inputs, kwargs);
    } finally {
      layer.seed = seed;
    }
  };
}

/** In tfjs rates outside (0, 1) have no effect. */
const isNoisy = ({ stddev, rate = 0 }: Layer) => stddev !== undefined || (rate > 0 && rate < 1);

/** The value of dropped units for SELU (Klambauer et al., 2017). */
const SELU_FLOOR = -1.6732632423543772 * 1.0507009873554805;

/** The training-time computation of these layers of tfjs-layers, with a seed. */
const noises = {
  GaussianNoise: (x: tf.Tensor, { stddev }: Layer, seed: number) =>
    tf.add(x, tf.randomNormal(x.shape, 0, stddev, 'float32', seed)),

  GaussianDropout: (x: tf.Tensor, { rate = 0 }: Layer, seed: number) =>
    tf.mul(x, tf.randomNormal(x.shape, 1, Math.sqrt(rate / (1 - rate)), 'float32', seed)),

  AlphaDropout: (x: tf.Tensor, { rate = 0, noiseShape }: Layer, seed: number) => {
    const uniform = tf.randomUniform(noiseShape ?? x.shape, 0, 1, 'float32', seed);
    const kept = tf.cast(tf.greaterEqual(uniform, rate), 'float32');
    const scale = ((1 - rate) * (1 + rate * SELU_FLOOR ** 2)) ** -0.5;
    // The sign is that of tfjs. Keras has the opposite one, but a seed must not change what a layer
    // computes.
    const dropped = tf.mul(tf.sub(kept, 1), SELU_FLOOR);
    return tf.add(tf.mul(tf.add(tf.mul(x, kept), dropped), scale), -scale * SELU_FLOOR * rate);
  },
} as const;
