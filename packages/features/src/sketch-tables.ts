/**
 * The discrete Fourier transforms, of length D, of vectors with one sign at one place:
 * sign · exp(−2πi · k · place / D) for k up to D / 2, row by row.
 */
export function sketchTables(
  places: ArrayLike<number>,
  signs: ArrayLike<number>,
  length: number,
): { cosines: Float32Array; sines: Float32Array } {
  const half = Math.floor(length / 2) + 1;
  const circle = Array.from({ length }, (_, i) => (2 * Math.PI * i) / length);
  const [cosine, sine] = [circle.map(Math.cos), circle.map(Math.sin)];
  const cosines = new Float32Array(places.length * half);
  const sines = new Float32Array(places.length * half);
  for (let row = 0; row < places.length; row++) {
    for (let k = 0; k < half; k++) {
      const at = (k * places[row]) % length;
      cosines[row * half + k] = signs[row] * cosine[at];
      sines[row * half + k] = -signs[row] * sine[at];
    }
  }
  return { cosines, sines };
}
