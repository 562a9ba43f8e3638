/** The side of an image in pixels. */
export const side = 28;

/**
 * Lowers each pixel of `distance` (squared, in pixels) to its distance from the path, if that is
 * below `reach`. The path is a list of points x₀, y₀, x₁, y₁, …, of which `length` numbers are
 * used.
 */
export function approach(
  distance: Float64Array,
  path: Float64Array,
  length: number,
  reach: number,
): void {
  for (let k = 0; k + 3 < length; k += 2) {
    const [x0, y0, x1, y1] = [path[k], path[k + 1], path[k + 2], path[k + 3]];
    const [dx, dy] = [x1 - x0, y1 - y0];
    const inverse = 1 / (dx * dx + dy * dy + 1e-12);
    const left = Math.max(0, Math.ceil(Math.min(x0, x1) - reach));
    const right = Math.min(side - 1, Math.floor(Math.max(x0, x1) + reach));
    const top = Math.max(0, Math.ceil(Math.min(y0, y1) - reach));
    const bottom = Math.min(side - 1, Math.floor(Math.max(y0, y1) + reach));
    for (let y = top; y <= bottom; y++) {
      for (let x = left; x <= right; x++) {
        const [px, py] = [x - x0, y - y0];
        const along = (px * dx + py * dy) * inverse;
        const t = Math.max(0, Math.min(1, along));
        const [ex, ey] = [px - t * dx, py - t * dy];
        const squared = ex * ex + ey * ey;
        const i = y * side + x;
        if (squared < distance[i]) distance[i] = squared;
      }
    }
  }
}
