import type { Picked } from './numerics.ts';

/** Picks from picked rows. */
export function compose(outer: Picked, inner: Picked): Picked {
  if (!(outer instanceof Int32Array)) {
    if (!(inner instanceof Int32Array))
      return { from: outer.from + inner.from, count: inner.count };
    return inner.map((row) => outer.from + row);
  }
  if (!(inner instanceof Int32Array)) return outer.subarray(inner.from, inner.from + inner.count);
  return inner.map((row) => outer[row]);
}

/**
 * Picked rows of a row-major array, side by side: a view for a range of a Float32Array, otherwise a
 * copy.
 */
export function valuesOf(values: ArrayLike<number>, picked: Picked, width: number): Float32Array {
  if (!(picked instanceof Int32Array)) {
    const [start, end] = [picked.from * width, (picked.from + picked.count) * width];
    if (values instanceof Float32Array) return values.subarray(start, end);
    if (values instanceof Float64Array) return new Float32Array(values.subarray(start, end));
    return Float32Array.from({ length: end - start }, (_, i) => values[start + i]);
  }
  const out = new Float32Array(picked.length * width);
  picked.forEach((row, i) => {
    const start = row * width;
    if (values instanceof Float32Array && width > 16) {
      out.set(values.subarray(start, start + width), i * width);
    } else {
      for (let c = 0; c < width; c++) out[i * width + c] = values[start + c];
    }
  });
  return out;
}
