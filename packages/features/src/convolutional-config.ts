import * as check from '@kernel-methods/check';
import { checkSettings, type LayerConfig } from './settings.ts';

export interface ConvolutionalFeaturesConfig extends LayerConfig {
  /** The number of filters. Default: 32. */
  filters?: number;
  /** The height and width of a filter in pixels. Default: 5. */
  patchSize?: number;
  /** Responses are averaged over grid × grid windows. Default: 7. */
  grid?: number;
  /** The width of the border of zeros around the image, in pixels. Default: 1. */
  padding?: number;
  /**
   * The distance between patches in pixels, in both directions. A stride of 2 takes a quarter of
   * the time. Default: 1.
   */
  stride?: number;
  /**
   * The threshold that is subtracted from each response; negative results become 0. It is meant for
   * pixels in [0, 1]. Default: 0.3.
   */
  threshold?: number;
  /**
   * What the filters are: random patches of the training images, or normal numbers. Default:
   * 'patches'.
   */
  filtersFrom?: 'patches' | 'gaussian';
  /** [height, width] or [height, width, channels] of images that are given as flat rows. */
  imageShape?: readonly number[] | null;
  /** The seed of the filters. Default: 0. */
  seed?: number;
}

/** A checked configuration, with defaults filled in. */
export interface CheckedConfig {
  filters: number;
  patchSize: number;
  grid: number;
  padding: number;
  stride: number;
  threshold: number;
  filtersFrom: 'patches' | 'gaussian';
  imageShape: number[] | undefined;
  seed: number;
}

const own = [
  'filters',
  'patchSize',
  'grid',
  'padding',
  'stride',
  'threshold',
  'filtersFrom',
  'imageShape',
];

export function checkConfig(config: ConvolutionalFeaturesConfig): CheckedConfig {
  const { padding = 1, threshold = 0.3, imageShape } = checkSettings(config, [...own, 'seed']);
  return {
    filters: check.positiveInteger('filters', config.filters ?? 32),
    patchSize: check.positiveInteger('patchSize', config.patchSize ?? 5),
    grid: check.positiveInteger('grid', config.grid ?? 7),
    padding: check.nonNegativeInteger('padding', padding),
    stride: check.positiveInteger('stride', config.stride ?? 1),
    threshold: check.finite('threshold', threshold),
    filtersFrom: check.oneOf('filtersFrom', config.filtersFrom ?? 'patches', [
      'patches',
      'gaussian',
    ]),
    imageShape: imageShape == null ? undefined : checkImageShape(imageShape),
    seed: check.seed('seed', config.seed ?? 0),
  };
}

function checkImageShape(shape: readonly number[]): number[] {
  const isShape =
    Array.isArray(shape) &&
    (shape.length === 2 || shape.length === 3) &&
    shape.every((length) => Number.isSafeInteger(length) && length > 0);
  if (!isShape) {
    throw check.rangeError(
      'imageShape',
      'be [height, width] or [height, width, channels]',
      check.shown(shape),
    );
  }
  return [...shape];
}
