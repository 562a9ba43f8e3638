import type { JavaScriptKernel } from './kernel.ts';

/** `adam`. Arguments: w, g, m, v, n, rate, correction, epsilon, beta1, 1 − beta1, beta2, 1 − beta2, l2. */
export const adam: JavaScriptKernel = ({ f32 }, args) => {
  const [, , , , n, rate, correction, epsilon, beta1, rest1, beta2, rest2, l2] = args;
  const [w, g, m, v] = args.map((pointer) => pointer / 4);
  for (let i = 0; i < n; i++) {
    const slope = f32[g + i] + l2 * f32[w + i];
    const mean = beta1 * f32[m + i] + rest1 * slope;
    const square = beta2 * f32[v + i] + rest2 * slope * slope;
    f32[m + i] = mean;
    f32[v + i] = square;
    f32[w + i] -= (rate * mean) / (correction * Math.sqrt(square) + epsilon);
  }
};

/** `descend`. Arguments: w, g, v or 0, n, rate, momentum, nesterov, l2. */
export const descend: JavaScriptKernel = ({ f32 }, args) => {
  const [, , , n, rate, momentum, nesterov, l2] = args;
  const [w, g, v] = args.map((pointer) => pointer / 4);
  for (let i = 0; i < n; i++) {
    const slope = f32[g + i] + l2 * f32[w + i];
    let step = slope;
    if (v) {
      step = momentum * f32[v + i] + slope;
      f32[v + i] = step;
      if (nesterov) step = momentum * step + slope;
    }
    f32[w + i] -= rate * step;
  }
};

/** `copyRows`. Arguments: from, to, rows, bytes, bytes from one row of each to the next. */
export const copyRows: JavaScriptKernel = ({ u8 }, [from, to, rows, bytes, stepFrom, stepTo]) => {
  for (let i = 0; i < rows; i++) {
    const start = from + i * stepFrom;
    u8.copyWithin(to + i * stepTo, start, start + bytes);
  }
};
