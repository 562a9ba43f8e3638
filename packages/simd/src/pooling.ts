import { GRAIN } from './grain.ts';
import { checkWindow, type WindowGeometry } from './im2col.ts';
import type { Simd } from './simd.ts';

/** Arguments of `maxPoolAt`. */
export interface MaxPoolArguments extends WindowGeometry {
  /** Pointer to images × inHeight × inWidth × channels float32. */
  x: number;
  /** Pointer to images × outHeight × outWidth × channels float32. */
  out: number;
}

/**
 * The largest number of each window and channel, float32. NaN never wins; a window without pixels gives −∞.
 *
 * @throws RangeError if a size is not a whole number of its range.
 * @example
 * maxPoolAt(simd, {
 *   ...{ x, out, images: 2, inHeight: 28, inWidth: 28, channels: 8, outHeight: 14, outWidth: 14 },
 *   ...{ filterHeight: 2, filterWidth: 2, strideHeight: 2, strideWidth: 2, padTop: 0, padLeft: 0 },
 * });
 */
export function maxPoolAt(simd: Simd, options: MaxPoolArguments): void {
  const { x, out } = options;
  simd.run('maxPool', [x, out, ...geometryOf(options)], simd.partsFor(inputSize(options), GRAIN));
}

/** Arguments of `maxPoolGradAt`. */
export interface MaxPoolGradArguments extends WindowGeometry {
  /** Pointer to images × inHeight × inWidth × channels float32. */
  x: number;
  /** Pointer to the gradient by the output, images × outHeight × outWidth × channels float32. */
  dy: number;
  /** Pointer to the gradient by `x`, of its shape. */
  dx: number;
}

/**
 * The gradient of `maxPoolAt`: each number of dy goes to the first largest number of its window.
 *
 * @throws RangeError if a size is not a whole number of its range.
 * @example
 * maxPoolGradAt(simd, {
 *   ...{ x, dy, dx, images: 2, inHeight: 28, inWidth: 28, channels: 8, outHeight: 14, outWidth: 14 },
 *   ...{ filterHeight: 2, filterWidth: 2, strideHeight: 2, strideWidth: 2, padTop: 0, padLeft: 0 },
 * });
 */
export function maxPoolGradAt(simd: Simd, options: MaxPoolGradArguments): void {
  const { x, dy, dx, images } = options;
  // A part has whole images, since windows of one image may overlap.
  const parts = Math.min(simd.partsFor(inputSize(options), GRAIN), Math.max(1, images));
  simd.run('maxPoolGrad', [x, dx, ...geometryOf(options), dy], parts);
}

const inputSize = ({ images, inHeight, inWidth, channels }: WindowGeometry) =>
  images * inHeight * inWidth * channels;

function geometryOf(options: WindowGeometry): number[] {
  checkWindow(options);
  const { images, inHeight, inWidth, channels, outHeight, outWidth } = options;
  const { filterHeight, filterWidth, strideHeight, strideWidth, padTop, padLeft } = options;
  return [
    ...[images, inHeight, inWidth, channels, outHeight, outWidth],
    ...[filterHeight, filterWidth, strideHeight, strideWidth, padTop, padLeft],
  ];
}
