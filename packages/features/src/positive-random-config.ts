import * as check from '@kernel-methods/check';
import type { Draw } from './draw.ts';
import { resolveDraw } from './draw-registry.ts';
import { gaussian } from './gaussian.ts';
import { checkEven, type DrawName } from './random-fourier-config.ts';
import { checkSettings, type LayerConfig } from './settings.ts';

export interface PositiveRandomFeaturesConfig extends LayerConfig {
  /** The number of features, D. The error of the approximated kernel falls as 1 / √D. */
  outputDim: number;
  /**
   * The length scale σ of the kernel exp(x·y / σ²). Default: 1. Attention over d numbers has d^¼.
   */
  scale?: number;
  /** Whether the scale is trained. Default: false. */
  trainable?: boolean;
  /** How the projections are drawn, as for random Fourier features. Default: 'orthogonal'. */
  draw?: DrawName | Draw;
  /**
   * 'single' (the default): exp(w·x/σ − …) for D projections. 'pair': exp(w·x/σ − …), then
   * exp(−w·x/σ − …), for D / 2 projections. D must be even; the error is smaller for as many
   * features.
   */
  projection?: PositiveProjection;
  /**
   * Whether features are multiplied by 1 / √D, so that their products approximate the kernel.
   * Default: false.
   */
  normalize?: boolean;
  /** The seed of all weights. Default: 0. */
  seed?: number;
}

export type PositiveProjection = 'single' | 'pair';

export interface CheckedPositiveConfig {
  outputDim: number;
  scale: number;
  draw: Draw;
  projection: PositiveProjection;
  normalize: boolean;
  seed: number;
}

/** @throws RangeError or TypeError that names the setting, its rule and the value. */
export function checkPositiveConfig(config: PositiveRandomFeaturesConfig): CheckedPositiveConfig {
  checkSettings(config, ['outputDim', 'scale', 'draw', 'projection', 'normalize', 'seed']);
  const outputDim = check.positiveInteger('outputDim', config.outputDim);
  const scale = check.positiveFloat32('scale', config.scale ?? 1);
  const draw = resolveDraw(config.draw ?? 'orthogonal', gaussian());
  const projection = check.oneOf('projection', config.projection ?? 'single', ['single', 'pair']);
  if (projection === 'pair') checkEven(outputDim);
  const normalize = check.boolean('normalize', config.normalize ?? false);
  return {
    outputDim,
    scale,
    draw,
    projection,
    normalize,
    seed: check.seed('seed', config.seed ?? 0),
  };
}
