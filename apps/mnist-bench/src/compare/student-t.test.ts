import { expect, it } from 'vitest';
import { normalQuantile, studentQuantile } from './student-t.ts';

const dfs = [1, 2, 3, 4, 10, 30, 1000];

// From scipy.stats.t.ppf.
it.each([
  [0.9, [3.0776835, 1.8856181, 1.6377444, 1.5332063, 1.3721836, 1.310415, 1.2823987]],
  [0.975, [12.7062047, 4.3026527, 3.1824463, 2.7764451, 2.2281389, 2.0422725, 1.9623391]],
  [0.9975, [127.3213365, 14.0890473, 7.4533185, 5.5975684, 3.5814062, 3.0297982, 2.8132779]],
  [0.9995, [636.6192488, 31.5990546, 12.9239786, 8.6103016, 4.5868939, 3.6459586, 3.3002826]],
  [0.999995, [63661.9772, 316.2253943, 60.396824, 27.7716477, 8.1502866, 5.2994512, 4.4399265]],
])('has the quantiles of probability %d', (p, values) => {
  dfs.forEach((df, i) => {
    expect(studentQuantile(p, df) / values[i]).toBeCloseTo(1, 7);
  });
});

it('is symmetric, and Cauchy with one degree of freedom', () => {
  expect(studentQuantile(0.5, 7)).toBeCloseTo(0, 12);
  for (const p of [0.6, 0.75, 0.9, 0.999]) {
    expect(studentQuantile(p, 1) / Math.tan(Math.PI * (p - 0.5))).toBeCloseTo(1, 10);
    expect(studentQuantile(p, 2) / ((2 * p - 1) / Math.sqrt(2 * p * (1 - p)))).toBeCloseTo(1, 10);
  }
});

it('becomes normal', () => {
  expect(normalQuantile(0.975)).toBeCloseTo(1.959964, 5);
  expect(normalQuantile(0.9995)).toBeCloseTo(3.290527, 4);
});
