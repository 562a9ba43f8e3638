import { nonNegativeInteger, positiveInteger } from '@kernel-methods/check';
import { checkSizes } from './checks.ts';
import { GRAIN } from './grain.ts';
import type { Simd } from './simd.ts';

/** Images of channels last, and the window that moves over them. */
export interface WindowGeometry {
  images: number;
  inHeight: number;
  inWidth: number;
  channels: number;
  outHeight: number;
  outWidth: number;
  filterHeight: number;
  filterWidth: number;
  strideHeight: number;
  strideWidth: number;
  /** Rows of zeros above an image. */
  padTop: number;
  /** Columns of zeros to the left of an image. */
  padLeft: number;
}

/** Arguments of `im2colAt` and `col2imAt`. */
export interface Im2colArguments extends WindowGeometry {
  /** Pointer to images × inHeight × inWidth × channels float32. */
  x: number;
  /** Pointer to images × outHeight × outWidth × filterHeight × filterWidth × channels float32. */
  patches: number;
  dilationHeight: number;
  dilationWidth: number;
}

/**
 * Lays out the patches of images as rows, so that a convolution is a matrix product:
 * patches[b][y][x] is what the filter sees at that place of the output, with 0 outside the image.
 *
 * @throws RangeError if a size is not a whole number of its range.
 * @example
 * // 3×3 patches of 28×28 images: 26×26 per image.
 * im2colAt(simd, {
 *   ...{ x, patches, images: 2, inHeight: 28, inWidth: 28, channels: 1, outHeight: 26, outWidth: 26 },
 *   ...{ filterHeight: 3, filterWidth: 3, strideHeight: 1, strideWidth: 1 },
 *   ...{ dilationHeight: 1, dilationWidth: 1, padTop: 0, padLeft: 0 },
 * });
 */
export function im2colAt(simd: Simd, options: Im2colArguments): void {
  const { x, patches, images } = options;
  simd.run('im2col', [x, patches, images, ...geometryOf(options)], partsFor(simd, options));
}

/**
 * The transpose of `im2colAt`: each number of x becomes the sum of all that `patches` hold for it.
 *
 * @throws RangeError if a size is not a whole number of its range.
 * @example
 * col2imAt(simd, {
 *   ...{ x, patches, images: 2, inHeight: 28, inWidth: 28, channels: 1, outHeight: 26, outWidth: 26 },
 *   ...{ filterHeight: 3, filterWidth: 3, strideHeight: 1, strideWidth: 1 },
 *   ...{ dilationHeight: 1, dilationWidth: 1, padTop: 0, padLeft: 0 },
 * });
 */
export function col2imAt(simd: Simd, options: Im2colArguments): void {
  const { x, patches, images } = options;
  // A part has whole images, since patches of one image overlap.
  const parts = Math.max(1, Math.min(partsFor(simd, options), images));
  simd.run('col2im', [x, patches, images, ...geometryOf(options)], parts);
}

function partsFor(simd: Simd, options: Im2colArguments): number {
  const { images, outHeight, outWidth, filterHeight, filterWidth, channels } = options;
  return simd.partsFor(
    images * outHeight * outWidth * filterHeight * filterWidth * channels,
    GRAIN,
  );
}

function geometryOf(options: Im2colArguments): number[] {
  checkWindow(options);
  const { inHeight, inWidth, channels, outHeight, outWidth, filterHeight, filterWidth } = options;
  const { strideHeight, strideWidth, dilationHeight, dilationWidth, padTop, padLeft } = options;
  positiveInteger('dilationHeight', dilationHeight);
  positiveInteger('dilationWidth', dilationWidth);
  return [
    ...[inHeight, inWidth, channels, outHeight, outWidth, filterHeight, filterWidth],
    ...[strideHeight, strideWidth, dilationHeight, dilationWidth, padTop, padLeft],
  ];
}

/** @throws RangeError if a size is not a whole number of its range. */
export function checkWindow(options: WindowGeometry): void {
  const { images, inHeight, inWidth, channels, outHeight, outWidth } = options;
  checkSizes({ images, inHeight, inWidth, channels, outHeight, outWidth });
  positiveInteger('filterHeight', options.filterHeight);
  positiveInteger('filterWidth', options.filterWidth);
  positiveInteger('strideHeight', options.strideHeight);
  positiveInteger('strideWidth', options.strideWidth);
  nonNegativeInteger('padTop', options.padTop);
  nonNegativeInteger('padLeft', options.padLeft);
}
