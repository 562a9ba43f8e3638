import { positiveInteger } from '@kernel-methods/check';
import { checkSizes } from './checks.ts';
import type { Simd } from './simd.ts';
import { PATCH_PIXELS } from './wasm/tables.ts';

/** Arguments of `patchResponsesAt`. */
export interface PatchResponsesArguments {
  /** Pointer to images × height × width × channels numbers. */
  x: number;
  /**
   * Pointer to size × size × channels × count numbers. They must be finite, since they are not read
   * where an image is 0.
   */
  filters: number;
  /** Pointer to images × down × across × count numbers. */
  out: number;
  /** Pointer to down × rows weights, one window after the other. */
  vertical: number;
  /** Pointer to across × columns weights. */
  horizontal: number;
  images: number;
  /** The height and width of an image, before padding. */
  height: number;
  width: number;
  channels: number;
  /** Height and width of a filter. */
  size: number;
  /** Rows and columns of zeros on each side of an image. */
  padding: number;
  /** Pixels from one patch to the next. */
  stride: number;
  /** The number of filters. */
  count: number;
  /** Parts of an image from top to bottom, and from left to right. */
  down: number;
  across: number;
  threshold: number;
  /** Smaller sums are raised to this. Default: 0. */
  least?: number;
}

/**
 * How strongly filters respond in each part of an image, float32:
 * out = √max(least, Σ vertical · horizontal · max(0, patch·filter − threshold)), in one pass.
 *
 * Patches are taken every `stride` pixels from the image with `padding` zeros around it: rows =
 * ⌊(height + 2·padding − size) / stride⌋ + 1 of them down, and columns across likewise.
 *
 * @throws RangeError if a size is not a whole number of its range.
 * @example
 * // 5×5 filters on 28×28 images, in 4×4 parts of 24×24 places.
 * patchResponsesAt(simd, {
 *   ...{ x, filters, out, vertical, horizontal, images: 2, height: 28, width: 28, channels: 1 },
 *   ...{ size: 5, padding: 0, stride: 1, count: 16, down: 4, across: 4, threshold: 0.5 },
 * });
 */
export function patchResponsesAt(simd: Simd, options: PatchResponsesArguments): void {
  const { x, filters, out, vertical, horizontal, images, height, width, channels } = options;
  const { size, padding, stride, count, down, across, threshold, least = 0 } = options;
  checkSizes({ images, height, width, channels, padding, count, down, across });
  positiveInteger('size', size);
  positiveInteger('stride', stride);
  if (images === 0) return;
  const [rows, columns] = [height, width].map(
    (length) => Math.floor((length + 2 * padding - size) / stride) + 1,
  );
  const wide = Math.ceil(count / 8) * 8;
  const cells = Math.ceil(across / 4) * 4;
  // In the order of the kernel: filters, windows, a row of responses, its pools, all pools, spans, the image.
  const numbers =
    (size * size * channels + columns + PATCH_PIXELS + cells + down * across) * wide +
    columns * cells +
    2 * (height + 2 * padding) +
    (height + 2 * padding) * (width + 2 * padding) * channels +
    PATCH_PIXELS * stride * channels;
  const bytes = Math.ceil(numbers / 16) * 64;
  const work = images * rows * columns * size * size * channels * wide;
  const parts = Math.min(simd.partsFor(work, 1e6), images);
  const scratch = simd.scratch(parts * bytes);
  simd.run(
    'patchResponses',
    [
      ...[x, filters, out, vertical, horizontal, images, height, width, channels, size, padding],
      ...[stride, count, down, across, rows, columns, threshold, least, scratch, bytes],
    ],
    parts,
  );
}
