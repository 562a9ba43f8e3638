import { hinge, meanSquaredError } from '@kernel-methods/losses';
import { atOnce } from '@kernel-methods/simd';
import { expect, it } from 'vitest';
import { evaluateClassifier, evaluateRegression } from './evaluation.ts';

it('reports what is confused with what', () => {
  const truth = Int32Array.of(0, 0, 1, 1, 1);
  const predicted = Int32Array.of(0, 1, 1, 1, 0);
  const batch = {
    targets: [-1, -1, 1, 1, 1],
    predictions: [-2, 0.5, 0.5, 3, -1],
    units: 1,
  };
  const classes = ['no', 'yes', 'never'];
  expect(atOnce(evaluateClassifier(hinge, batch, truth, predicted, classes))).toEqual({
    loss: (0 + 1.5 + 0.5 + 0 + 2) / 5,
    accuracy: 3 / 5,
    classes: ['no', 'yes', 'never'],
    confusionMatrix: [
      [1, 1, 0],
      [1, 2, 0],
      [0, 0, 0],
    ],
    perClass: [
      { class: 'no', precision: 1 / 2, recall: 1 / 2, f1: 1 / 2, support: 2 },
      { class: 'yes', precision: 2 / 3, recall: 2 / 3, f1: 2 / 3, support: 3 },
      { class: 'never', precision: 0, recall: 0, f1: 0, support: 0 },
    ],
  });
});

it('reports R², averaged over the outputs', () => {
  const batch = { targets: [1, 5, 2, 5, 3, 5], predictions: [1, 5, 2, 5, 4, 5], units: 2 };
  // First output: 1 − 1/2. Second: constant, met exactly.
  expect(atOnce(evaluateRegression(meanSquaredError, batch))).toEqual({ loss: 1 / 6, r2: 0.75 });
  const missed = { targets: [5, 5], predictions: [5, 6], units: 1 };
  expect(atOnce(evaluateRegression(meanSquaredError, missed)).r2).toBe(0);
});

it('has no R² of one row', () => {
  const batch = { targets: [5], predictions: [5], units: 1 };
  expect(atOnce(evaluateRegression(meanSquaredError, batch)).r2).toBeNaN();
});
