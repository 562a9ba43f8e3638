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
  /** The number of features, D. The error of the approximated kernel falls as 1 / √D. */
  outputDim: number;
  /**
   * A shift-invariant kernel, by name ('gaussian', the default; 'laplacian', 'matern', …) or as an
   * object, or any tfjs initializer ('glorotUniform', `initializers.randomNormal({ stddev: 2 })`, …).
   */
  kernelInitializer?: KernelInitializer;
  /**
   * The length scale σ, or one per dimension. Default: that of the kernel object, otherwise the
   * kernel's default for the input's width (gaussian √(inputDim / 2), laplacian 1), or 1 with an
   * initializer.
   */
  scale?: LengthScale | null;
  /**
   * Whether the scale is trained. The frequencies and the bias are never trained. Default: false.
   */
  trainable?: boolean;
  /**
   * How the frequencies are drawn: 'independent' (the default), 'orthogonal', 'quasiRandom',
   * 'structured', 'fastfood', or a draw object.
   */
  draw?: DrawName | Draw;
  /**
   * 'cosine' (the default): cos(x·W / σ + b) for D frequencies. 'pair': cos(x·W / σ), then
   * sin(x·W / σ), for D / 2 frequencies; D must be even.
   */
  projection?: FourierProjection;
  /**
   * Whether features are multiplied by √(2 / D), so that their products approximate the kernel.
   * Default: false.
   */
  normalize?: boolean;
  /** The seed of all weights. Default: 0, so a program gives the same results in every run. */
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

/** A checked configuration, with defaults filled in. */
export interface CheckedConfig {
  outputDim: number;
  /** What the frequencies are drawn from. */
  source: ShiftInvariantKernel | Initializer;
  /** The scale that was given, here or in the kernel object. */
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

/** @throws RangeError if the number of features is odd, which does not allow pairs. */
export function checkEven(outputDim: number): void {
  if (outputDim % 2 === 0) return;
  throw check.rangeError('outputDim', "be even where `projection` is 'pair'", String(outputDim));
}
