import { atOnce } from '@kernel-methods/simd';
import { maxAbsDifference } from '@kernel-methods/test-utils';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inverseTemperatureSteps, probabilities } from './probabilities.ts';

const argMax = (row: ArrayLike<number>) =>
  Array.from(row).reduce((best, value, i, all) => (value > all[best] ? i : best), 0);

describe('probabilities', () => {
  it('are softmax, sigmoids that sum to 1, or a tempered softmax', () => {
    const scores = Float32Array.of(1, 2, 0, -3, 1, 1);
    const e = Math.exp;
    const softmaxed = [e(1), e(2), e(0)].map((v) => v / (e(1) + e(2) + e(0)));
    expect(
      maxAbsDifference(probabilities(scores, 3, 'softmax', 9).slice(0, 3), softmaxed),
    ).toBeLessThan(1e-6);
    const s = [1, 2, 0].map((v) => 1 / (1 + e(-v)));
    const sum = s[0] + s[1] + s[2];
    const scaled = s.map((v) => v / sum);
    expect(
      maxAbsDifference(probabilities(scores, 3, 'logistic', 9).slice(0, 3), scaled),
    ).toBeLessThan(1e-6);
    const tempered = [e(0.5), e(1), e(0)].map((v) => v / (e(0.5) + e(1) + e(0)));
    expect(
      maxAbsDifference(probabilities(scores, 3, undefined, 0.5).slice(0, 3), tempered),
    ).toBeLessThan(1e-6);
  });

  it('of one output are those of the two classes', () => {
    const [no, yes] = probabilities(Float32Array.of(0.3), 1, 'logistic', 1);
    expect(yes).toBeCloseTo(1 / (1 + Math.exp(-0.3)), 6);
    expect(no + yes).toBeCloseTo(1, 6);
  });

  it('sum to 1 and agree with the largest score, whatever the scores', () => {
    const links = fc.constantFrom<'softmax' | 'logistic' | undefined>(
      'softmax',
      'logistic',
      undefined,
    );
    const score = fc.float({ min: -1e4, max: 1e4, noNaN: true });
    fc.assert(
      fc.property(fc.array(score, { minLength: 2, maxLength: 6 }), links, (row, link) => {
        const p = probabilities(Float32Array.from(row), row.length, link, 0.7);
        expect(p.reduce((a, b) => a + b)).toBeCloseTo(1, 5);
        expect(p[argMax(Float32Array.from(row))]).toBe(Math.max(...p));
      }),
    );
  });
});

describe('inverseTemperatureSteps', () => {
  it('finds the sharpness that the labels were drawn with', () => {
    // Scores f with labels of P = softmax(a f): 0.5 of one sort, so a·(f1 − f0) = log(3) gives 3:1.
    const scores = Float32Array.from({ length: 800 }, (_, i) => (i % 2 ? 0.5 : -0.5));
    const indices = Int32Array.from({ length: 400 }, (_, i) => (i % 4 === 0 ? 0 : 1));
    expect(atOnce(inverseTemperatureSteps(scores, 2, indices))).toBeCloseTo(Math.log(3), 5);
  });

  it('finds the same from one output, whose two scores are −f and f', () => {
    const f = Float32Array.of(0.2, -0.4, 1, -1.5, 0.3, 0.9, -0.2);
    const indices = Int32Array.of(1, 0, 1, 0, 0, 1, 1);
    const pairs = Float32Array.from({ length: 14 }, (_, i) => (i % 2 ? 1 : -1) * f[i >> 1]);
    const a = atOnce(inverseTemperatureSteps(f, 1, indices));
    expect(a).toBeCloseTo(atOnce(inverseTemperatureSteps(pairs, 2, indices)), 10);
    const logLikelihood = (t: number) =>
      Array.from(indices).reduce(
        (sum, index, row) => sum + Math.log(probabilities(f, 1, undefined, t)[2 * row + index]),
        0,
      );
    expect(logLikelihood(a)).toBeGreaterThan(logLikelihood(a * 1.1));
    expect(logLikelihood(a)).toBeGreaterThan(logLikelihood(a / 1.1));
  });
});
