import type { Random } from '@kernel-methods/random';

/** A filter is size × size × channels numbers with mean 0 and norm 1. */
export interface PatchShape {
  filters: number;
  size: number;
  channels: number;
}

/** The number of draws per filter after which it is an error that all patches were constant. */
const attempts = 1000;

/**
 * Filters that are random patches of images, centred and divided by their norm. Patches may reach
 * into the zeros with which images are padded; constant patches are drawn again.
 *
 * @param images [n, height, width, channels], in `data` row by row.
 * @returns [size, size, channels, filters]
 * @throws RangeError if all patches that are drawn are constant.
 */
export function filtersFromPatches(
  random: Random,
  { filters, size, channels }: PatchShape,
  { data, shape, padding }: { data: Float32Array; shape: number[]; padding: number },
): Float32Array {
  const [n, height, width] = shape;
  const pixel = (image: number, y: number, x: number, c: number) =>
    y < 0 || y >= height || x < 0 || x >= width
      ? 0
      : data[((image * height + y) * width + x) * channels + c];
  const draw = () => {
    const image = random.integer(n);
    const top = random.integer(height + 2 * padding - size + 1) - padding;
    const left = random.integer(width + 2 * padding - size + 1) - padding;
    return Float64Array.from({ length: size * size * channels }, (_, i) => {
      const place = Math.floor(i / channels);
      return pixel(image, top + Math.floor(place / size), left + (place % size), i % channels);
    });
  };
  return stack(filters, size * size * channels, () => {
    for (let i = 0; i < attempts; i++) {
      const patch = normed(draw());
      if (patch) return patch;
    }
    throw new RangeError('`x` must hold images that are not constant. Received others.');
  });
}

/** Filters of normal numbers, centred and divided by their norm. */
export function gaussianFilters(
  random: Random,
  { filters, size, channels }: PatchShape,
): Float32Array {
  const length = size * size * channels;
  return stack(filters, length, () => {
    const patch = normed(Float64Array.from({ length }, random.normal));
    if (!patch)
      throw new RangeError('`patchSize` must be 2 or above for one channel. Received: 1.');
    return patch;
  });
}

/** The patch, centred and divided by its norm; undefined if it is constant up to rounding. */
function normed(patch: Float64Array): Float64Array | undefined {
  const mean = patch.reduce((sum, value) => sum + value, 0) / patch.length;
  const largest = patch.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const centred = patch.map((value) => value - mean);
  const norm = Math.hypot(...centred);
  return norm > 1e-6 * largest ? centred.map((value) => value / norm) : undefined;
}

/** Stacks filters along the last axis. */
function stack(filters: number, length: number, next: () => Float64Array): Float32Array {
  const all = new Float32Array(length * filters);
  for (let f = 0; f < filters; f++) {
    next().forEach((value, i) => {
      all[i * filters + f] = value;
    });
  }
  return all;
}
