import * as check from '@kernel-methods/check';
import type { Random } from '@kernel-methods/random';
import * as tf from '@tensorflow/tfjs-core';
import type { LayerVariable } from '@tensorflow/tfjs-layers';
import { evaluateInTurns } from './evaluate-in-turns.ts';
import { FittedMap, unlearnable } from './fitted-map.ts';
import { canReadNow, type InputDomain } from './input-checks.ts';
import { inverseRoot, ridgeOf } from './inverse-root.ts';
import type { Kernel } from './kernel.ts';
import { deserializeKernel } from './kernel-registry.ts';
import { chooseLandmarks, type LandmarkMethod, landmarkMethods } from './landmarks.ts';
import type { ProjectedMap } from './projected-map.ts';
import { registerLayer } from './register-layer.ts';
import { type SerializedKernel, serializeKernel } from './serialized-kernel.ts';
import { checkSettings, type LayerConfig } from './settings.ts';
import { tileSize } from './tiles.ts';

export interface NystroemConfig extends LayerConfig {
  /** The number of landmarks, which is the number of features. */
  outputDim: number;
  /** Any kernel: an object, its name, or its saved form. Default: 'gaussian'. */
  kernel?: Kernel | SerializedKernel;
  /** How landmarks are chosen among the rows. Default: 'uniform'. */
  landmarks?: LandmarkMethod;
  /** The seed of the landmarks. Default: 0. */
  seed?: number;
}

const own = ['outputDim', 'kernel', 'landmarks', 'seed'];

/**
 * Nyström's approximation of a kernel, as a tfjs layer that is fitted: features whose products are
 * K(x, M)·K(M, M)⁻¹·K(M, y), where M, the landmarks, are some of the rows that it learns from.
 *
 * The product of two rows of features is exact between landmarks, and everywhere if all rows are
 * landmarks. Elsewhere it is the best approximation by functions of the landmarks. The features
 * follow the data, so fewer are needed than random ones if the kernel's spectrum falls fast. Each
 * feature costs a kernel evaluation and outputDim multiplications.
 *
 * Landmarks are chosen in one of three ways. 'uniform': every row is equally likely. 'kmeans++':
 * each landmark is far from those before it. 'leverage': by ridge leverage scores, which prefer
 * rows that others do not explain. K(M, M) is factored in float64 with 1e-6 of its mean diagonal
 * added, so that duplicate rows do no harm. Where the approximation is exact, its error is of that
 * size, plus rounding in float32.
 *
 * Input: [n, …, d], the last axis is mapped. Output: [n, …, outputDim], float32. Weights:
 * `landmarks` [outputDim, d], `projection` [outputDim, outputDim]. It learns from outputDim rows or
 * more.
 *
 * Williams & Seeger, "Using the Nyström Method to Speed Up Kernel Machines", NIPS 2000.
 *
 * @throws RangeError or TypeError that names the setting, its rule and the value.
 *
 * @example
 * const x = tf.randomUniform([50, 3]);
 * const map = nystroem({ outputDim: 20, kernel: gaussian({ scale: 1 }), seed: 1 });
 * await map.fit(x); // it takes its landmarks from the rows
 * map.apply(x); // [50, 20]
 */
export function nystroem(config: NystroemConfig): Nystroem {
  return new Nystroem(config);
}

/** The layer that `nystroem` makes; see there. */
export class Nystroem extends FittedMap implements ProjectedMap {
  static readonly className = 'Nystroem';
  readonly fitRows: number;
  readonly #config: { outputDim: number; kernel: Kernel; landmarks: LandmarkMethod; seed: number };
  #weights: { landmarks: LayerVariable; projection: LayerVariable } | undefined;
  /** The kernel against the landmarks of this id. */
  #against: { id: object; evaluate: (samples: tf.Tensor2D) => tf.Tensor2D } | undefined;

  constructor(config: NystroemConfig) {
    const { kernel = 'gaussian', landmarks = 'uniform' } = checkSettings(config, own);
    const outputDim = check.positiveInteger('outputDim', config.outputDim);
    const seed = check.seed('seed', config.seed ?? 0);
    super(config, seed);
    this.#config = {
      outputDim,
      kernel: checkKernel(kernel),
      landmarks: check.oneOf('landmarks', landmarks, landmarkMethods),
      seed,
    };
    this.fitRows = landmarks === 'uniform' ? outputDim : 10 * outputDim;
  }

  /** The kernel that it approximates. */
  get kernel(): Kernel {
    return this.#config.kernel;
  }

  protected featuresOf(): number {
    return this.#config.outputDim;
  }

  /** The domain of its kernel. */
  override get inputDomain(): InputDomain | undefined {
    return this.#config.kernel.domain;
  }

  protected override createWeights([inputDim]: number[]): void {
    const { outputDim } = this.#config;
    this.#weights = {
      landmarks: this.fixedWeight('landmarks', [outputDim, inputDim]),
      projection: this.fixedWeight('projection', [outputDim, outputDim]),
    };
  }

  get projection(): tf.Tensor2D {
    this.requireFitted();
    return this.#weights!.projection.read() as tf.Tensor2D;
  }

  applyProjected(input: tf.Tensor2D, projection: tf.Tensor2D): tf.Tensor2D {
    this.requireFitted();
    return tf.tidy(() =>
      this.checked(this.samplesOf(input), (samples) =>
        tf.matMul(this.#kernelOf(samples as tf.Tensor2D), projection),
      ),
    );
  }

  protected mapSamples(samples: tf.Tensor): tf.Tensor2D {
    return tf.matMul(
      this.#kernelOf(samples as tf.Tensor2D),
      this.#weights!.projection.read() as tf.Tensor2D,
    );
  }

  /** K(x, M). */
  #kernelOf(samples: tf.Tensor2D): tf.Tensor2D {
    const { kernel, outputDim } = this.#config;
    const landmarks = this.#weights!.landmarks.read() as tf.Tensor2D;
    const areFew = samples.shape[0] * outputDim <= tileSize;
    if (!kernel.against || !areFew || !canReadNow()) return kernel.evaluate(samples, landmarks);
    // What is written into a weight has another id.
    if (this.#against?.id !== landmarks.dataId) {
      this.#against = { id: landmarks.dataId, evaluate: kernel.against(landmarks) };
    }
    return this.#against.evaluate(samples);
  }

  protected async learn(x: tf.Tensor, random: Random, signal?: AbortSignal): Promise<tf.Tensor[]> {
    const { outputDim: count, kernel, landmarks: method } = this.#config;
    if (x.shape[0] < count) {
      throw check.rangeError(
        'x',
        `have as many rows as \`outputDim\`, ${count}, or more`,
        String(x.shape[0]),
      );
    }
    const search = { x: x as tf.Tensor2D, kernel, count, random: random.stream('landmarks') };
    const rows = await chooseLandmarks(method, { ...search, signal });
    signal?.throwIfAborted();
    const landmarks = tf.tidy(() => tf.gather(x as tf.Tensor2D, tf.tensor1d(rows, 'int32')));
    try {
      const gram = await evaluateInTurns(kernel, landmarks, landmarks, { signal });
      if (!gram.every(Number.isFinite)) throw unlearnable(this);
      // If K is 0 between all landmarks, all features are 0: the pseudo-inverse of 0 is 0.
      const isZero = gram.every((value) => value === 0);
      const root = isZero
        ? new Float64Array(count * count)
        : await inverseRoot(gram, count, ridgeOf(gram, count), signal);
      return [landmarks, tf.tensor2d(Float32Array.from(root), [count, count])];
    } catch (error) {
      landmarks.dispose();
      throw error;
    }
  }

  /** A saved layer must name its kernel: a missing kernel gets no default. */
  static override fromConfig<T extends tf.serialization.Serializable>(
    cls: tf.serialization.SerializableConstructor<T>,
    config: tf.serialization.ConfigDict,
  ): T {
    if (!Object.hasOwn(config, 'kernel') || config.kernel === undefined) {
      throw check.typeError('kernel', 'be in the config of a saved layer', 'undefined');
    }
    return FittedMap.fromConfig(cls, config);
  }

  override getConfig(): tf.serialization.ConfigDict {
    const { kernel, ...settings } = this.#config;
    const serialized = serializeKernel(kernel) as unknown as tf.serialization.ConfigDict;
    return { ...super.getConfig(), ...settings, kernel: serialized };
  }
}

/** Returns a kernel object unchanged, and makes one from any other form. */
export function checkKernel(kernel: Kernel | SerializedKernel): Kernel {
  if (typeof kernel === 'string') return deserializeKernel(kernel);
  if (typeof kernel === 'object' && kernel !== null) {
    if (Object.hasOwn(kernel, 'className')) return deserializeKernel(kernel as SerializedKernel);
    if (typeof (kernel as Kernel).evaluate === 'function') return kernel as Kernel;
  }
  throw check.typeError('kernel', 'be a kernel or its name', check.shown(kernel));
}

registerLayer(Nystroem);
