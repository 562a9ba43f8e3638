import { atOnce } from '@kernel-methods/simd';
import { maxAbsDifference } from '@kernel-methods/test-utils';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import cases from '../fixtures/sklearn/calibration.json' with { type: 'json' };
import { classification } from '../tasks/classification.ts';
import { calibrationByName, calibrationNames } from './method-by-name.ts';

const curved = ['sigmoid', 'isotonic'] as const;

/** Scores and targets of a fixture, an output for each class, or one for two. */
const rowsOf = ({ scores, y }: (typeof cases)[number]) => {
  const units = scores[0].length;
  const targets = Float32Array.from({ length: y.length * units }, (_, i) => {
    const own = y[Math.floor(i / units)];
    return (units === 1 ? own === 1 : own === i % units) ? 1 : -1;
  });
  return { scores: Float32Array.from(scores.flat()), units, targets, sharpness: () => 1 };
};

describe.each(curved)('%s', (name) => {
  const method = calibrationByName(name);
  const fit = (scores: number[], isOn: boolean[]) => {
    const targets = Float32Array.from(isOn, (on) => (on ? 1 : 0));
    const rows = { scores: Float32Array.from(scores), units: 1, targets, sharpness: () => 1 };
    return atOnce(method.steps(rows)).curves![0];
  };

  it.each(cases)('is that of scikit-learn’s CalibratedClassifierCV (%#)', (given) => {
    const rows = rowsOf(given);
    const link = atOnce(method.steps(rows));
    const tests = Float32Array.from(given.tests.flat());
    const p = classification.probabilities!(tests, rows.units, link);
    expect(maxAbsDifference(p, given.expected[name].flat())).toBeLessThan(1e-4);
  });

  it('never falls, stays between 0 and 1, and is the same after JSON', () => {
    const pairs = fc.array(fc.tuple(fc.integer({ min: -20, max: 20 }), fc.boolean()), {
      minLength: 1,
      maxLength: 40,
    });
    fc.assert(
      fc.property(pairs, (given) => {
        const curve = fit(
          given.map(([k]) => k / 4),
          given.map(([, on]) => on),
        );
        const again = method.curve!(JSON.parse(JSON.stringify(curve)));
        let before = 0;
        for (let score = -6; score <= 6; score += 0.125) {
          const p = curve.at(score);
          expect(p).toBeGreaterThanOrEqual(before);
          expect(p).toBeLessThanOrEqual(1);
          expect(again.at(score)).toBe(p);
          before = p;
        }
      }),
      { seed: 1 },
    );
  });

  it('has the mean of the targets where all scores are alike', () => {
    const curve = fit(
      Array(40).fill(2),
      Array.from({ length: 40 }, (_, i) => i < 10),
    );
    expect(curve.at(2)).toBeCloseTo(0.25, name === 'sigmoid' ? 1 : 12);
  });

  it.each([
    null,
    {},
    { slope: -1, offset: 0 },
    { slope: 1 },
    { scores: [1, 0], probabilities: [0, 1] },
  ])('refuses the damaged curve %j', (json) => {
    expect(() => method.curve!(json as never)).toThrow('`curve` must have');
  });
});

it('the isotonic curve has the least squares: as brute force over all rising steps', () => {
  const scores = [0, 1, 2, 3, 4, 5];
  const isOn = [0, 1, 0, 0, 1, 1];
  const targets = Float32Array.from(isOn);
  const rows = { scores: Float32Array.from(scores), units: 1, targets, sharpness: () => 1 };
  const [curve] = atOnce(calibrationByName('isotonic').steps(rows)).curves!;
  const errorOf = (p: readonly number[]) => p.reduce((sum, v, i) => sum + (v - isOn[i]) ** 2, 0);
  const found = errorOf(scores.map((score) => curve.at(score)));
  let best = Number.POSITIVE_INFINITY;
  const steps = [0, 1 / 4, 1 / 3, 1 / 2, 2 / 3, 3 / 4, 1];
  const search = (p: number[]) => {
    if (p.length === scores.length) best = Math.min(best, errorOf(p));
    else for (const v of steps) if (v >= (p.at(-1) ?? 0)) search([...p, v]);
  };
  search([]);
  expect(found).toBeCloseTo(best, 12);
});

it('says which reorder scores', () => {
  const reorders = calibrationNames.filter((name) => calibrationByName(name).reorders);
  expect(reorders).toEqual([...curved]);
});
