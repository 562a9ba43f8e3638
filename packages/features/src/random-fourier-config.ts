import type { layers } from '@tensorflow/tfjs-layers';
import { checkBoolean, checkPositiveInteger, checkScale, checkSeed, show } from './check.ts';
import { isShiftInvariantKernel, type ShiftInvariantKernel } from './kernel.ts';
import {
  type Initializer,
  type KernelInitializer,
  resolveKernelInitializer,
} from './kernel-initializer.ts';

/** What every tfjs layer takes: `name`, `inputShape`, `batchInputShape`, `trainable`, … */
export type LayerConfig = NonNullable<ConstructorParameters<typeof layers.Layer>[0]>;

export interface RandomFourierFeaturesConfig extends LayerConfig {
  /** How many features, D. The error of the approximated kernel falls as 1 / √D. */
  outputDim: number;
  /**
   * 'gaussian' (the default), 'laplacian', a shift-invariant kernel object, or any tfjs initializer
   * ('glorotUniform', `initializers.randomNormal({ stddev: 2 })`, …).
   */
  kernelInitializer?: KernelInitializer;
  /**
   * The length scale σ. Default: the kernel object's, else the kernel's default for the input's
   * width (gaussian √(inputDim / 2), laplacian 1), and 1 with an initializer.
   */
  scale?: number | null;
  /** Whether the scale is trained; the frequencies and the bias never are. Default: false. */
  trainable?: boolean;
  /** Multiplies by √(2 / D), so that products of features approximate the kernel. Default: false. */
  normalize?: boolean;
  /** What all weights are drawn from. Default: 0, so that a program repeats unless told otherwise. */
  seed?: number;
}

/** A configuration that was checked, with defaults filled in. */
export interface CheckedConfig {
  outputDim: number;
  /** What the frequencies come from. */
  source: ShiftInvariantKernel | Initializer;
  /** What was given, here or in the kernel object. */
  scale: number | undefined;
  normalize: boolean;
  seed: number;
}

const own = ['outputDim', 'kernelInitializer', 'scale', 'normalize', 'seed'];
const inherited = ['name', 'trainable', 'dtype', 'inputShape', 'batchInputShape', 'batchSize'];
const known = [...own, ...inherited, 'inputDType', 'weights'];

/** @throws RangeError or TypeError that names the setting, its rule and the value. */
export function checkRandomFourierConfig(config: RandomFourierFeaturesConfig): CheckedConfig {
  if (typeof config !== 'object' || config === null) {
    throw new TypeError(`\`config\` must be an object. Received: ${show(config)}.`);
  }
  const stranger = Object.keys(config).find((key) => !known.includes(key));
  if (stranger !== undefined) {
    throw new RangeError(
      `\`config\` must have no settings but ${known.join(', ')}. Received: ${show(stranger)}.`,
    );
  }
  const outputDim = checkPositiveInteger(config.outputDim, 'outputDim');
  const scale = config.scale == null ? undefined : checkScale(config.scale);
  const normalize = checkBoolean(config.normalize ?? false, 'normalize');
  checkBoolean(config.trainable ?? false, 'trainable');
  const seed = checkSeed(config.seed ?? 0);
  const dtype = config.dtype ?? config.inputDType ?? 'float32';
  if (dtype !== 'float32') {
    throw new RangeError(`\`dtype\` must be 'float32'. Received: ${show(dtype)}.`);
  }
  const source = resolveKernelInitializer(config.kernelInitializer ?? 'gaussian');
  const ofKernel = isShiftInvariantKernel(source) ? source.scale : undefined;
  if (scale !== undefined && ofKernel !== undefined && scale !== ofKernel) {
    throw new RangeError(
      `\`scale\` must be left out or equal to the kernel's own, ${ofKernel}. Received: ${scale}.`,
    );
  }
  return { outputDim, source, scale: scale ?? ofKernel, normalize, seed };
}
