import { checkMatrix, fail } from './check.ts';
import type { DataMatrix, NumberArray } from './types.ts';

/**
 * Straightens images: shears each along its rows about its centre of mass, until the mean position
 * of brightness no longer depends on the row.
 *
 * The shear is α = Σ p·(x − x̄)(y − ȳ) / Σ p·(y − ȳ)², p a pixel at x, y; row y takes its pixels
 * from x + α·(y − ȳ), linearly between two of them, 0 outside the image. Results for integer types
 * are rounded. An image that is empty, or bright in only one row, does not change.
 *
 * @param x images [n, height, width] of non-negative numbers.
 * @returns new images of the same type and shape.
 * @throws RangeError if x has another shape.
 *
 * @example
 * deskew(syntheticDigits({ rows: 10 }).x); // upright
 */
export function deskew<T extends NumberArray>(x: DataMatrix<T>): DataMatrix<T> {
  checkMatrix('x', x);
  if (x.shape.length !== 3) fail('x.shape', '[n, height, width]', `[${x.shape.join(', ')}]`);
  const [n, height, width] = x.shape;
  const rounds = !(x.data instanceof Float32Array || x.data instanceof Float64Array);
  const data = x.data.slice() as T;
  for (let image = 0; image < n; image++) {
    const start = image * height * width;
    const { slope, centre } = shearOf(x.data, start, height, width);
    if (slope === 0) continue;
    for (let row = 0; row < height; row++) {
      const shift = slope * (row - centre);
      const whole = Math.floor(shift);
      const part = shift - whole;
      const first = start + row * width;
      for (let column = 0; column < width; column++) {
        const from = column + whole;
        const left = from >= 0 && from < width ? x.data[first + from] : 0;
        const right = from >= -1 && from < width - 1 ? x.data[first + from + 1] : 0;
        const value = left + part * (right - left);
        data[first + column] = rounds ? Math.round(value) : value;
      }
    }
  }
  return { data, shape: [...x.shape] };
}

/** How far brightness moves sideways from one row to the next, and the row about which to shear. */
function shearOf(data: NumberArray, start: number, height: number, width: number) {
  let [total, sumX, sumY, sumXY, sumYY] = [0, 0, 0, 0, 0];
  for (let y = 0; y < height; y++) {
    let [row, rowX] = [0, 0];
    for (let x = 0; x < width; x++) {
      const pixel = data[start + y * width + x];
      row += pixel;
      rowX += x * pixel;
    }
    total += row;
    sumX += rowX;
    sumY += y * row;
    sumXY += y * rowX;
    sumYY += y * y * row;
  }
  const centre = sumY / total;
  const spread = sumYY - centre * sumY;
  // The bound is relative to the rounding of the spread of a single row.
  const slope = spread > 1e-9 * sumYY ? (sumXY - centre * sumX) / spread : 0;
  return { slope: Number.isFinite(slope) ? slope : 0, centre };
}
