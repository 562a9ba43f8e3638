import type { Rows } from './fit.ts';

/** x [m, k] times w [k, n], in float64. */
export function product(
  x: ArrayLike<number>,
  w: ArrayLike<number>,
  m: number,
  k: number,
  n: number,
) {
  const out = new Float64Array(m * n);
  for (let i = 0; i < m; i++) {
    for (let l = 0; l < k; l++) {
      const value = x[i * k + l];
      for (let j = 0; j < n; j++) out[i * n + j] += value * w[l * n + j];
    }
  }
  return out;
}

/** factor·cos(z + b), b repeated. */
export const cosines = (z: Float64Array, b: Float32Array, factor: number) =>
  z.map((value, i) => factor * Math.cos(value + b[i % b.length]));

interface Images {
  count: number;
  size: number;
  depth: number;
  filters: number;
  window: number;
}

/** Square images, square filters, stride 1, no padding; NHWC. */
export function convolution(pixels: Float32Array, weights: Float32Array, images: Images) {
  const { count, size, depth, filters, window } = images;
  const side = size - window + 1;
  const out = new Float64Array(count * side * side * filters);
  for (let at = 0; at < out.length; at++) {
    const filter = at % filters;
    const column = Math.floor(at / filters) % side;
    const row = Math.floor(at / filters / side) % side;
    const image = Math.floor(at / filters / side / side);
    for (let cell = 0; cell < window * window * depth; cell++) {
      const d = cell % depth;
      const c = Math.floor(cell / depth) % window;
      const r = Math.floor(cell / depth / window);
      const pixel = ((image * size + row + r) * size + column + c) * depth + d;
      out[at] += pixels[pixel] * weights[cell * filters + filter];
    }
  }
  return out;
}

/** Gradient descent on the mean squared error of a linear model with a bias; the weights. */
export function descent(inputs: Float32Array, targets: Float32Array, rows: Rows) {
  const { count, width, outputs, rate, epochs } = rows;
  const weights = new Float64Array(width * outputs);
  const bias = new Float64Array(outputs);
  for (let epoch = 0; epoch < epochs; epoch++) {
    const errors = product(inputs, weights, count, width, outputs);
    for (let i = 0; i < errors.length; i++) errors[i] += bias[i % outputs] - targets[i];
    const step = (2 * rate) / errors.length;
    for (let i = 0; i < errors.length; i++) {
      const [row, output] = [Math.floor(i / outputs), i % outputs];
      bias[output] -= step * errors[i];
      for (let j = 0; j < width; j++) {
        weights[j * outputs + output] -= step * errors[i] * inputs[row * width + j];
      }
    }
  }
  return weights;
}
