import * as check from '@kernel-methods/check';
import * as tf from '@tensorflow/tfjs-core';
import { FeatureMap } from './feature-map.ts';
import type { InputDomain } from './input-checks.ts';
import { registerLayer } from './register-layer.ts';
import { checkSettings, type LayerConfig } from './settings.ts';

export interface AdditiveFeaturesConfig extends LayerConfig {
  /**
   * The number of frequencies, 0 included, for each input number: 2·sampleSteps − 1 features.
   * Default: 2.
   */
  sampleSteps?: number;
  /**
   * The distance between frequencies. Required for 4 steps or more; 1, 2 and 3 steps have good
   * defaults.
   */
  sampleInterval?: number | null;
}

/**
 * Features of the additive χ² kernel, as a tfjs layer: their products approximate `additiveChi2`.
 *
 * Each number x ≥ 0 becomes √(L·x·κ(0)), then √(2·L·x·κ(jL))·cos(jL·log x) and the same with the
 * sine, for j = 1, 2, …; L is `sampleInterval` and κ(λ) = 1 / cosh(πλ). This is scikit-learn's
 * `AdditiveChi2Sampler`, in its order: all first features, then all cosines of j = 1, all its
 * sines, and so on. Nothing is random, so there is no seed. A negative number is an error.
 *
 * Input: [n, …, d], the last axis is mapped. Output: [n, …, (2·sampleSteps − 1)·d], float32.
 *
 * Vedaldi & Zisserman, "Efficient Additive Kernels via Explicit Feature Maps", PAMI 2012.
 *
 * @throws RangeError or TypeError that names the setting, its rule and the value.
 *
 * @example
 * const x = tf.tensor2d([[0.2, 0.8], [0.5, 0.5]]);
 * additiveChi2Features().apply(x); // [2, 6]
 */
export const additiveChi2Features = (config?: AdditiveFeaturesConfig): AdditiveFeatures =>
  new AdditiveFeatures({ ...config, kernel: 'additiveChi2' });

/**
 * Features of the intersection kernel, as a tfjs layer: their products approximate `intersection`.
 *
 * They are those of `additiveChi2Features` with κ(λ) = 2 / (π(1 + 4λ²)). The kernel has a kink, so
 * the same accuracy takes more steps.
 *
 * @example
 * const x = tf.tensor2d([[0.2, 0.8], [0.5, 0.5]]);
 * intersectionFeatures().apply(x); // [2, 6]
 */
export const intersectionFeatures = (config?: AdditiveFeaturesConfig): AdditiveFeatures =>
  new AdditiveFeatures({ ...config, kernel: 'intersection' });

const kernels = {
  additiveChi2: {
    spectrum: (frequency: number) => 1 / Math.cosh(Math.PI * frequency),
    intervals: [0.8, 0.5, 0.4], // scikit-learn's values
  },
  intersection: {
    spectrum: (frequency: number) => 2 / (Math.PI * (1 + 4 * frequency ** 2)),
    intervals: [0.8, 0.7, 0.6], // the least-squares fit over ratios up to e⁴
  },
};

type Name = keyof typeof kernels;

/** The layer that `additiveChi2Features` and `intersectionFeatures` make; see there. */
export class AdditiveFeatures extends FeatureMap {
  static readonly className = 'AdditiveFeatures';
  readonly #config: { kernel: Name; sampleSteps: number; sampleInterval: number | undefined };

  constructor(config: AdditiveFeaturesConfig & { kernel: Name }) {
    const {
      kernel,
      sampleSteps = 2,
      sampleInterval,
      ...settings
    } = checkSettings(config, ['kernel', 'sampleSteps', 'sampleInterval']);
    check.oneOf('kernel', kernel, Object.keys(kernels) as Name[]);
    check.positiveInteger('sampleSteps', sampleSteps);
    if (sampleInterval != null) check.positiveFloat32('sampleInterval', sampleInterval);
    else if (sampleSteps > 3) {
      throw check.rangeError(
        'sampleInterval',
        'be given for 4 `sampleSteps` or more',
        check.shown(sampleInterval),
      );
    }
    super(settings);
    this.#config = { kernel, sampleSteps, sampleInterval: sampleInterval ?? undefined };
  }

  protected featuresOf([inputDim]: number[]): number {
    return (2 * this.#config.sampleSteps - 1) * inputDim;
  }

  override get inputDomain(): InputDomain {
    return { above: 0, isIncluded: true };
  }

  protected mapSamples(samples: tf.Tensor): tf.Tensor2D {
    const { kernel, sampleSteps } = this.#config;
    const { spectrum, intervals } = kernels[kernel];
    const step = this.#config.sampleInterval ?? intervals[sampleSteps - 1];
    // √0 is 0, whatever the logarithm is, so a tiny number can replace 0 in it.
    const logarithm = tf.log(tf.maximum(samples, 1e-37));
    const root = tf.sqrt(samples);
    const parts = [tf.mul(root, Math.sqrt(step * spectrum(0)))];
    for (let j = 1; j < sampleSteps; j++) {
      const size = tf.mul(root, Math.sqrt(2 * step * spectrum(j * step)));
      const angle = tf.mul(logarithm, j * step);
      parts.push(tf.mul(size, tf.cos(angle)), tf.mul(size, tf.sin(angle)));
    }
    return tf.concat(parts, 1) as tf.Tensor2D;
  }

  override getConfig(): tf.serialization.ConfigDict {
    const { sampleInterval, ...settings } = this.#config;
    return { ...super.getConfig(), ...settings, sampleInterval: sampleInterval ?? null };
  }
}

registerLayer(AdditiveFeatures);
