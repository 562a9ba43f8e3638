import { createRandom } from '@kernel-methods/random';
import { describe, expect, it } from 'vitest';
import { binomialNoise, pairedNoise, ratioNoise } from './noise.ts';

/** Share of `trials` in which something is beyond its noise. */
function shareOf(trials: number, beyond: () => boolean): number {
  let hits = 0;
  for (let trial = 0; trial < trials; trial++) if (beyond()) hits++;
  return hits / trials;
}

/** Five standard errors of a share that is `p`. */
const about = (p: number, trials: number) => 5 * Math.sqrt((p * (1 - p)) / trials);

describe('pairedNoise', () => {
  it('is half of the t interval', () => {
    const { change, noise } = pairedNoise([-0.004, -0.006, -0.005, -0.003], 1e9, 0.05);
    expect(change).toBeCloseTo(-0.0045, 12);
    expect(noise).toBeCloseTo(0.00205426, 8);
  });

  it('is no less than the test rows allow', () => {
    // One row of 10,000 more at each of three seeds: three rows changed sides.
    expect(pairedNoise([1e-4, 1e-4, 1e-4], 10_000, 0.05).noise).toBeCloseTo(
      (1.96 * Math.sqrt(3)) / 30_000,
      7,
    );
    const { change, noise } = pairedNoise([2e-4, 2e-4, 2e-4], 10_000, 0.05);
    expect(change).toBeGreaterThan(noise);
    expect(pairedNoise([0, 0, 0], 10_000, 0.05)).toEqual({ change: 0, noise: 0 });
  });

  it.each([
    [2, 0.05],
    [3, 0.05],
    [5, 0.05],
    [3, 0.01],
  ])('is exceeded by chance as often as it says, with %i seeds at level %d', (seeds, level) => {
    const random = createRandom(1).stream(`paired ${seeds}`);
    const trials = 2000;
    const share = shareOf(trials, () => {
      const differences = Array.from({ length: seeds }, () => 0.002 * random.normal());
      const { change, noise } = pairedNoise(differences, 1e6, level);
      return Math.abs(change) > noise;
    });
    expect(Math.abs(share - level)).toBeLessThan(about(level, trials));
  });
});

describe('binomialNoise', () => {
  it('is half of the interval of Agresti and Caffo', () => {
    const { change, noise } = binomialNoise(
      { accuracy: 0.97, testRows: 1000 },
      { accuracy: 0.96, testRows: 1000 },
      0.05,
    );
    expect(change).toBeCloseTo(-0.01, 12);
    expect(noise).toBeCloseTo(0.0162909, 6);
  });

  it('is there at accuracy 1 too', () => {
    const perfect = { accuracy: 1, testRows: 100 };
    expect(binomialNoise(perfect, perfect, 0.05).noise).toBeGreaterThan(0.01);
  });

  it('is exceeded by chance about as often as it says', () => {
    const random = createRandom(2).stream('binomial');
    const testRows = 400;
    const draw = () => {
      let right = 0;
      for (let row = 0; row < testRows; row++) if (random.uniform() < 0.9) right++;
      return { accuracy: right / testRows, testRows };
    };
    const trials = 2000;
    const share = shareOf(trials, () => {
      const { change, noise } = binomialNoise(draw(), draw(), 0.05);
      return Math.abs(change) > noise;
    });
    // Whole rows make it a little coarse.
    expect(Math.abs(share - 0.05)).toBeLessThan(about(0.05, trials) + 0.01);
  });
});

describe('ratioNoise', () => {
  it('is from the spread of the logarithms', () => {
    const { change, noise } = ratioNoise([10, 11, 12], [13, 12.5, 14], 0, 0.05);
    expect(change).toBeCloseTo(13 / 11, 12);
    expect(noise).toBeCloseTo(1.2419018, 6);
  });

  it('is never below its floor', () => {
    expect(ratioNoise([10, 10, 10], [10.5, 10.5], 0.1, 0.05).noise).toBe(1.1);
    expect(ratioNoise([10], [13], 0.2, 0.05)).toEqual({ change: 1.3, noise: 1.2 });
  });

  it('is the same for the inverse', () => {
    const [a, b] = [
      [10, 11, 9],
      [14, 15],
    ];
    const [there, back] = [ratioNoise(a, b, 0, 0.05), ratioNoise(b, a, 0, 0.05)];
    expect(there.change * back.change).toBeCloseTo(1, 12);
    expect(there.noise).toBeCloseTo(back.noise, 12);
  });

  it.each([
    [2, 2],
    [3, 3],
    [5, 3],
    [15, 15],
  ])('is exceeded by chance as often as it says or less, with %i and %i runs', (n, m) => {
    const random = createRandom(3).stream(`ratio ${n} ${m}`);
    const draw = (runs: number) =>
      Array.from({ length: runs }, () => 10 * Math.exp(0.08 * random.normal()));
    const trials = 2000;
    const share = shareOf(trials, () => {
      const { change, noise } = ratioNoise(draw(n), draw(m), 0, 0.05);
      return change > noise || change < 1 / noise;
    });
    expect(share).toBeLessThan(0.05 + about(0.05, trials));
    // Of few runs the median is nearly the mean: the noise is too wide, but not by much.
    expect(share).toBeGreaterThan(0.01);
  });
});
