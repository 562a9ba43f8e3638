import * as check from '@kernel-methods/check';
import type { Draw } from './draw.ts';
import { resolveDraw } from './draw-registry.ts';
import { isShiftInvariantKernel, type ShiftInvariantKernel } from './kernel.ts';
import {
  type Initializer,
  type KernelInitializer,
  resolveKernelInitializer,
} from './kernel-initializer.ts';
import { checkScales, type LengthScale, sameScale } from './scale.ts';
import { checkSettings, type LayerConfig } from './settings.ts';

export interface RandomFourierFeaturesConfig extends LayerConfig {
  /** How many features, D. The error of the approximated kernel falls as 1 / √D. */
  outputDim: number;
  /**
   * A shift-invariant kernel, by name ('gaussian', the default; 'laplacian', 'matern', …) or as an
   * object, or any tfjs initializer ('glorotUniform', `initializers.randomNormal({ stddev: 2 })`, …).
   */
  kernelInitializer?: KernelInitializer;
  /**
   * The length scale σ, or one per dimension. Default: the kernel object's, else the kernel's default
   * for the input's width (gaussian √(inputDim / 2), laplacian 1), and 1 with an initializer.
   */
  scale?: LengthScale | null;
  /** Whether the scale is trained; the frequencies and the bias never are. Default: false. */
  trainable?: boolean;
  /**
   * How the frequencies are drawn: 'independent' (the default), 'orthogonal', 'quasiRandom',
   * 'structured', 'fastfood', or a draw object.
   */
  draw?: DrawName | Draw;
  /**
   * 'cosine' (the default): cos(x·W / σ + b), D frequencies. 'pair': cos(x·W / σ) and after them
   * sin(x·W / σ), D / 2 frequencies, D even.
   */
  projection?: FourierProjection;
  /** Multiplies by √(2 / D), so that products of features approximate the kernel. Default: false. */
  normalize?: boolean;
  /** What all weights are drawn from. Default: 0, so that a program repeats unless told otherwise. */
  seed?: number;
}

export type DrawName =
  | 'independent'
  | 'orthogonal'
  | 'quasiRandom'
  | 'structured'
  | 'fastfood'
  | (string & {});
export type FourierProjection = 'cosine' | 'pair';

/** A configuration that was checked, with defaults filled in. */
export interface CheckedConfig {
  outputDim: number;
  /** What the frequencies come from. */
  source: ShiftInvariantKernel | Initializer;
  /** What was given, here or in the kernel object. */
  scale: LengthScale | undefined;
  draw: Draw;
  projection: FourierProjection;
  normalize: boolean;
  seed: number;
}

const own = ['outputDim', 'kernelInitializer', 'scale', 'draw', 'projection', 'normalize', 'seed'];

/** @throws RangeError or TypeError that names the setting, its rule and the value. */
export function checkRandomFourierConfig(config: RandomFourierFeaturesConfig): CheckedConfig {
  checkSettings(config, own);
  const outputDim = check.positiveInteger('outputDim', config.outputDim);
  const scale = config.scale == null ? undefined : checkScales(config.scale);
  const normalize = check.boolean('normalize', config.normalize ?? false);
  const seed = check.seed('seed', config.seed ?? 0);
  const source = resolveKernelInitializer(config.kernelInitializer ?? 'gaussian');
  const ofKernel = isShiftInvariantKernel(source) ? source.scale : undefined;
  if (scale !== undefined && ofKernel !== undefined && !sameScale(scale, ofKernel)) {
    throw check.rangeError(
      'scale',
      `be left out or equal to the kernel's own, ${check.shown(ofKernel)}`,
      check.shown(scale),
    );
  }
  const draw = resolveDraw(config.draw ?? 'independent', source);
  const projection = check.oneOf('projection', config.projection ?? 'cosine', ['cosine', 'pair']);
  if (projection === 'pair') checkEven(outputDim);
  return { outputDim, source, scale: scale ?? ofKernel, draw, projection, normalize, seed };
}

/** @throws RangeError if pairs do not come out. */
export function checkEven(outputDim: number): void {
  if (outputDim % 2 === 0) return;
  throw check.rangeError('outputDim', "be even where `projection` is 'pair'", String(outputDim));
}
