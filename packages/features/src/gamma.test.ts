import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type GammaKernel, gammaToScale, scaleToGamma } from './index.ts';

it.each<[GammaKernel, number, number]>([
  ['gaussian', 0.02, 5],
  ['gaussian', 0.5, 1],
  ['laplacian', 0.25, 4],
])('%s, gamma %s is scale %s', (kernel, gamma, scale) => {
  expect(gammaToScale(gamma, kernel)).toBeCloseTo(scale, 12);
  expect(scaleToGamma(scale, kernel)).toBeCloseTo(gamma, 12);
});

it('goes back and forth', () => {
  const kernel = fc.constantFrom<GammaKernel>('gaussian', 'laplacian');
  fc.assert(
    fc.property(fc.double({ min: 1e-9, max: 1e9, noNaN: true }), kernel, (scale, name) => {
      expect(gammaToScale(scaleToGamma(scale, name), name) / scale).toBeCloseTo(1, 12);
    }),
  );
});

it('refuses what is no width or no kernel', () => {
  expect(() => gammaToScale(0)).toThrow('`gamma` must be a positive finite number. Received: 0.');
  expect(() => scaleToGamma(-1)).toThrow('`scale` must be a positive finite number. Received: -1.');
  expect(() => scaleToGamma(1, 'rbf' as GammaKernel)).toThrow(
    "`kernel` must be 'gaussian' or 'laplacian'. Received: 'rbf'.",
  );
});
