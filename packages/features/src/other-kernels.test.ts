import { describeKernel } from '@kernel-methods/test-utils';
import { describe, expect, it } from 'vitest';
import {
  cauchyKernel,
  deserializeKernel,
  gaussian,
  laplacian,
  rationalQuadratic,
  type ShiftInvariantKernel,
  serializeKernel,
  sincKernel,
} from './index.ts';

/** A product over the dimensions, or a function of the distance. */
const cases: [ShiftInvariantKernel, (t: number) => number, ((squares: number) => number)?][] = [
  [cauchyKernel({ scale: 2 }), (t) => 1 / (1 + (t / 2) ** 2)],
  [sincKernel({ scale: 0.6 }), (t) => (t === 0 ? 1 : Math.sin(t / 0.6) / (t / 0.6))],
  [
    rationalQuadratic({ alpha: 0.7, scale: 0.8 }),
    () => 1,
    (squares) => (1 + squares / (2 * 0.7 * 0.8 ** 2)) ** -0.7,
  ],
];

for (const [kernel, factor, radial = () => 1] of cases) {
  describeKernel(kernel.name, {
    create: () => kernel,
    oracle(x, y) {
      let [product, squares] = [1, 0];
      for (let i = 0; i < x.length; i++) {
        product *= factor(x[i] - y[i]);
        squares += (x[i] - y[i]) ** 2;
      }
      return product * radial(squares);
    },
    save: (saved) => JSON.stringify(serializeKernel(saved)),
    revive: (saved) => deserializeKernel(JSON.parse(saved)) as ShiftInvariantKernel,
    tileShapes: [
      [300, 400, 10],
      [2, 1500, 400],
    ],
  });
}

describe('a scale for each dimension', () => {
  it('is copied, kept in the configuration and held against the width', () => {
    const scale = [1, 2];
    const kernel = gaussian({ scale });
    scale[0] = 7;
    expect(kernel.getConfig()).toEqual({ scale: [1, 2] });
    expect(kernel.scale).toEqual([1, 2]);
  });

  it.each([[[]], [[1, 0]], [[1, 'a']], [[Number.NaN]], [['']]])('refuses %o', (scale) => {
    for (const make of [gaussian, laplacian, cauchyKernel, sincKernel, rationalQuadratic]) {
      expect(() => make({ scale: scale as number[] })).toThrow(/^`scale` must be .*Received: /);
    }
  });
});

it.each([0, -1, Number.POSITIVE_INFINITY])('refuses alpha %s', (alpha) => {
  expect(() => rationalQuadratic({ alpha })).toThrow(
    `\`alpha\` must be a positive finite number. Received: ${alpha}.`,
  );
});
