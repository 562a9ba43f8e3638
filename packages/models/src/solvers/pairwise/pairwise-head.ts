import { FeatureMap, registerLayer } from '@kernel-methods/features';
import * as tf from '@tensorflow/tfjs-core';
import type { LayerVariable } from '@tensorflow/tfjs-layers';
import { largestPlaces } from './largest-places.ts';

/** The number of classes that compete for a row by the machines of their pairs. */
export const CONTEST = 3;

type Config = ConstructorParameters<typeof FeatureMap>[0] & {
  readonly units: number;
  readonly pairs: number;
};

/**
 * Linear scores s = W·z + b, of which the largest three are corrected by machines of their pairs:
 * s_a + Σ_b f_ab(z), with f_ab = −f_ba, and 0 for a pair that has no machine.
 *
 * Input: [n, D]. Output: [n, K]. Weights: `kernel` [D, K], `bias` [K], `pairKernel` [P, D], `pairBias`
 * [P], and `places` [K, K]: at (a, b) the number of the machine of that pair, from 1; negative where the
 * machine is that of (b, a); 0 where there is none.
 */
export class PairwiseHead extends FeatureMap {
  static readonly className = 'PairwiseHead';
  static override readonly origin = '@kernel-methods/models';
  readonly units: number;
  readonly pairs: number;
  #weights:
    | Record<'kernel' | 'bias' | 'pairKernel' | 'pairBias' | 'places', LayerVariable>
    | undefined;

  constructor({ units, pairs, ...config }: Config) {
    super(config);
    this.units = units;
    this.pairs = pairs;
  }

  protected featuresOf(): number {
    return this.units;
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), units: this.units, pairs: this.pairs };
  }

  protected override createWeights([width]: number[]): void {
    const { units, pairs } = this;
    this.#weights = {
      kernel: this.fixedWeight('kernel', [width, units]),
      bias: this.fixedWeight('bias', [units]),
      pairKernel: this.fixedWeight('pairKernel', [pairs, width]),
      pairBias: this.fixedWeight('pairBias', [pairs]),
      places: this.fixedWeight('places', [units, units]),
    };
  }

  protected mapSamples(samples: tf.Tensor): tf.Tensor2D {
    const { kernel, bias } = this.#weights!;
    const z = samples as tf.Tensor2D;
    const linear = tf.matMul(z, kernel.read() as tf.Tensor2D);
    const scores = tf.add(linear, bias.read()) as tf.Tensor2D;
    return tf.add(scores, this.#correctionsHere(z, scores) ?? this.#corrections(z, scores));
  }

  /** By loops where numbers can be read: for a row, operations would take longer than what they compute. */
  #correctionsHere(z: tf.Tensor2D, scores: tf.Tensor2D): tf.Tensor2D | undefined {
    const { pairKernel, pairBias, places } = this.#weights!;
    const read = [z, scores, pairKernel.read(), pairBias.read(), places.read()];
    const values = read.map((tensor) => this.valuesOf(tensor));
    if (!values.every((some) => some !== undefined)) return undefined;
    const [features, linear, kernel, bias, place] = values;
    const [rows, width] = z.shape;
    const { units } = this;
    const out = new Float32Array(rows * units);
    for (let row = 0; row < rows; row++) {
      const [from, at] = [row * width, row * units];
      const first = largestPlaces(linear, at, units, CONTEST);
      for (let j = 1; j < first.length; j++) {
        for (let i = 0; i < j; i++) {
          const machine = place[first[i] * units + first[j]];
          if (machine === 0) continue;
          const number = Math.abs(machine) - 1;
          let f = bias[number];
          for (let k = 0, w = number * width; k < width; k++, w++)
            f += features[from + k] * kernel[w];
          if (machine < 0) f = -f;
          out[at + first[i]] += f;
          out[at + first[j]] -= f;
        }
      }
    }
    return tf.tensor2d(out, [rows, units]);
  }

  /** The same by operations, on any backend. */
  #corrections(z: tf.Tensor2D, scores: tf.Tensor2D): tf.Tensor {
    const { pairKernel, pairBias, places } = this.#weights!;
    const size = Math.min(CONTEST, this.units);
    const { indices } = tf.topk(scores, size);
    // All pairs (i, j), i < j, of the places among the largest.
    const pairs = Array.from({ length: size }, (_, j) => j).flatMap((j) =>
      Array.from({ length: j }, (_, i) => [i, j]),
    );
    const classes = (side: 0 | 1) =>
      tf.gather(
        indices,
        pairs.map((pair) => pair[side]),
        1,
      );
    const [a, b] = [classes(0), classes(1)];
    const place = tf.gather(
      tf.reshape(places.read(), [-1]),
      tf.cast(tf.add(tf.mul(a, this.units), b), 'int32'),
    );
    const at = tf.cast(tf.maximum(tf.sub(tf.abs(place), 1), 0), 'int32');
    const products = tf.sum(tf.mul(tf.gather(pairKernel.read(), at), tf.expandDims(z, 1)), -1);
    const f = tf.mul(tf.sign(place), tf.add(products, tf.gather(pairBias.read(), at)));
    const isOf = (side: tf.Tensor) =>
      tf.cast(tf.equal(tf.expandDims(side, -1), tf.range(0, this.units, 1, 'int32')), 'float32');
    return tf.sum(tf.mul(tf.expandDims(f, -1), tf.sub(isOf(a), isOf(b))), 1);
  }
}

registerLayer(PairwiseHead);
