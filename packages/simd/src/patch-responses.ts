import type { Simd } from './simd.ts';

export interface PatchResponsesArguments {
  /** Pointer to images × height × width × channels numbers. */
  x: number;
  /** Pointer to size × size × channels × count numbers, finite: where an image is 0 they are not read. */
  filters: number;
  /** Pointer to images × down × across × count numbers. */
  out: number;
  /** Pointer to down × rows weights, one window behind the other. */
  vertical: number;
  /** Pointer to across × columns weights. */
  horizontal: number;
  images: number;
  height: number;
  width: number;
  channels: number;
  size: number;
  padding: number;
  stride: number;
  count: number;
  down: number;
  across: number;
  threshold: number;
  /** Sums below this count as this. Default: 0. */
  least?: number;
}

/**
 * How filters answer in each part of an image, float32:
 * out = √max(least, Σ vertical · horizontal · max(0, patch·filter − threshold)), in one pass.
 *
 * Patches are taken every `stride` pixels from the image with `padding` zeros around it: rows =
 * ⌊(height + 2·padding − size) / stride⌋ + 1 of them down, as many columns across likewise.
 */
export function patchResponsesAt(simd: Simd, options: PatchResponsesArguments): void {
  const { x, filters, out, vertical, horizontal, images, height, width, channels } = options;
  const { size, padding, stride, count, down, across, threshold, least = 0 } = options;
  if (images === 0) return;
  const [rows, columns] = [height, width].map(
    (length) => Math.floor((length + 2 * padding - size) / stride) + 1,
  );
  const wide = Math.ceil(count / 8) * 8;
  const cells = Math.ceil(across / 4) * 4;
  // In the order of the kernel: filters, windows, a row of responses, its pools, all pools, spans, the image.
  const numbers =
    (size * size * channels + columns + 4 + cells + down * across) * wide +
    columns * cells +
    2 * (height + 2 * padding) +
    (height + 2 * padding) * (width + 2 * padding) * channels +
    4 * stride * channels;
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
