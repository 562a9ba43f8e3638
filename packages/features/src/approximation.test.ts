import { describeOnBackends } from '@kernel-methods/test-utils';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import {
  estimates,
  examples,
  logErrors,
  meanAndError,
  pairsOfPoints,
  products,
  slope,
  worst,
} from './fixtures/approximation.ts';
import { gaussian } from './index.ts';

// 30 pairs beyond 4.5 standard errors: 2 in 10,000 for a right map, and the seeds are fixed.
const limit = 4.5;
const seeds = (count: number) => Array.from({ length: count }, (_, seed) => seed);

describeOnBackends('random Fourier features', () => {
  describe.each(Object.entries(examples))('of the kernel %s', (_, example) => {
    it.each([0.5, 3])('approximate it where it spans 0.1 to 0.9, scale %s', (scale) => {
      const pairs = pairsOfPoints(example, scale);
      const kernelInitializer = example.make(scale);
      const gram = tf.tidy(() =>
        kernelInitializer.evaluate(tf.tensor2d(pairs.x), tf.tensor2d(pairs.y)).dataSync(),
      );
      pairs.exact.forEach((k, i) => {
        expect(gram[i * pairs.exact.length + i]).toBeCloseTo(k, 4);
      });
      for (const projection of ['cosine', 'pair'] as const) {
        const samples = products(pairs, { kernelInitializer, outputDim: 4000, projection });
        // In a pair, a frequency's two products belong together.
        const single =
          projection === 'cosine'
            ? samples
            : samples.map((v) => v.slice(0, 2000).map((c, i) => (c + v[2000 + i]) / 2));
        expect(worst(single, pairs.exact)).toBeLessThan(limit);
      }
    });

    it.each([Math.SQRT2, Math.SQRT1_2])('would be found out with the scale × %s', (factor) => {
      const pairs = pairsOfPoints(example, 2);
      const kernelInitializer = example.make(2 * factor);
      const samples = products(pairs, { kernelInitializer, outputDim: 6000 });
      expect(worst(samples, pairs.exact)).toBeGreaterThan(1.5 * limit);
    });

    it.each(['independent', 'quasiRandom', 'orthogonal', 'structured', 'fastfood'])(
      'are unbiased, %s: the mean over seeds of small maps is the kernel',
      (draw) => {
        const kernelInitializer = example.make(1);
        const { spectrum } = kernelInitializer;
        const along = spectrum?.kind !== 'gaussianMixture' && /ortho|struct|fast/.test(draw);
        if (along) return;
        const pairs = pairsOfPoints(example, 1);
        const config = { kernelInitializer, draw, projection: 'pair' as const };
        const draws = seeds(200).map((seed) =>
          estimates(pairs, { ...config, outputDim: 16, seed }),
        );
        const bySeed = pairs.exact.map((_, pair) => draws.map((draw) => draw[pair]));
        expect(worst(bySeed, pairs.exact)).toBeLessThan(limit);
      },
    );

    it('have an error that falls as 1 / √D', () => {
      const kernelInitializer = example.make(1);
      const pairs = pairsOfPoints(example, 1);
      const widths = [32, 64, 128, 256, 512];
      const logs = widths.map((outputDim) =>
        logErrors(pairs, { kernelInitializer, outputDim }, seeds(30)),
      );
      const slopes = seeds(30).map((seed) =>
        slope(
          widths.map(Math.log),
          logs.map((own) => own[seed]),
        ),
      );
      const [mean, error] = meanAndError(slopes);
      expect(Math.abs(mean + 0.5)).toBeLessThan(limit * error);
      expect(limit * error).toBeLessThan(0.15);
    });
  });
}, ['simd']);

describeOnBackends('draws', () => {
  /** log(error of the draw / error of independent frequencies), and its standard error. */
  function gain(
    draw: string,
    inputDim: number,
    outputDim: number,
    name = 'gaussian',
    projection: 'cosine' | 'pair' = 'pair',
  ) {
    const pairs = pairsOfPoints(examples[name], 1, inputDim);
    const config = {
      kernelInitializer: examples[name].make(1),
      outputDim,
      projection,
    };
    const [own, independent] = [draw, 'independent'].map((each) =>
      logErrors(pairs, { ...config, draw: each }, seeds(60)),
    );
    return meanAndError(own.map((value, i) => value - independent[i]));
  }

  /** The slope of log error over log D for the gaussian kernel, and its standard error. */
  function slopeOf(draw: string, inputDim: number, projection: 'cosine' | 'pair') {
    const pairs = pairsOfPoints(examples.gaussian, 1, inputDim);
    const widths = [32, 64, 128, 256, 512];
    const config = { kernelInitializer: gaussian({ scale: 1 }), draw, projection };
    const logs = widths.map((outputDim) => logErrors(pairs, { ...config, outputDim }, seeds(30)));
    return meanAndError(
      seeds(30).map((seed) =>
        slope(
          widths.map(Math.log),
          logs.map((own) => own[seed]),
        ),
      ),
    );
  }

  it.each([
    ['orthogonal', 4, 128, 0.85],
    ['orthogonal', 16, 128, 0.8],
    ['structured', 16, 128, 0.8],
    ['structured', 64, 128, 0.8],
    ['quasiRandom', 2, 256, 0.3],
    ['quasiRandom', 4, 256, 0.6],
    ['quasiRandom', 16, 256, 0.95],
  ])('%s beats independent in %s dimensions with %s features', (draw, d, D, share) => {
    const [mean, error] = gain(draw, d, D);
    expect(mean + 3 * error).toBeLessThan(Math.log(share));
  });

  it.each([
    ['orthogonal', 'matern 7/2', 0.95],
    ['quasiRandom', 'laplacian', 0.9],
    ['quasiRandom', 'cauchy', 0.8],
    ['quasiRandom', 'sum', 0.8],
  ])('%s beats independent for %s', (draw, name, share) => {
    const [mean, error] = gain(draw, 4, 256, name);
    expect(mean + 3 * error).toBeLessThan(Math.log(share));
  });

  it.each([16, 64])('fastfood is behind independent in %s dimensions, but not by far', (d) => {
    const [mean, error] = gain('fastfood', d, 128);
    expect(mean - 3 * error).toBeGreaterThan(0);
    expect(mean + 3 * error).toBeLessThan(Math.log(1.6));
  });

  it.each(['orthogonal', 'quasiRandom', 'structured', 'fastfood'])(
    '%s would be found out with the scale × √2 or ÷ √2',
    (draw) => {
      const pairs = pairsOfPoints(examples.gaussian, 1);
      for (const factor of [Math.SQRT2, Math.SQRT1_2]) {
        const kernelInitializer = gaussian({ scale: factor });
        const config = { kernelInitializer, draw, projection: 'pair' as const, outputDim: 16 };
        const draws = seeds(200).map((seed) => estimates(pairs, { ...config, seed }));
        const bySeed = pairs.exact.map((_, pair) => draws.map((draw) => draw[pair]));
        expect(worst(bySeed, pairs.exact)).toBeGreaterThan(1.5 * limit);
      }
    },
  );

  it.each(['cosine', 'pair'] as const)('fastfood has an error that falls as 1 / √D, %s', (kind) => {
    const [mean, error] = slopeOf('fastfood', 16, kind);
    expect(Math.abs(mean + 0.5)).toBeLessThan(limit * error);
    expect(limit * error).toBeLessThan(0.15);
  });

  it('quasiRandom keeps some of it with phases', () => {
    const [mean, error] = gain('quasiRandom', 2, 256, 'gaussian', 'cosine');
    expect(mean + 3 * error).toBeLessThan(Math.log(0.7));
  });

  it('quasiRandom falls faster than 1 / √D in few dimensions', () => {
    const [mean, error] = slopeOf('quasiRandom', 2, 'pair');
    expect(mean + limit * error).toBeLessThan(-0.7);
  });
}, ['simd']);
