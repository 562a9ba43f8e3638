import { expect, it } from 'vitest';

import { asRead, figure, figures, inWords, meanText, metricTitle } from './words.ts';

it.each([
  [0.85294, '0.8529'],
  [-0.0015, '−0.0015'],
  [-0.00066667, '−0.0006667'],
  [-1e-17, '0.0000'],
  [0, '0.0000'],
  [12345.6, '12350'],
  [Number.NaN, 'NaN'],
])('figure(%d) is %s', (value, text) => {
  expect(figure(value)).toBe(text);
});

it('says what corrects a linear machine', () => {
  const machine = { map: 'identity', loss: 'softmaxCrossEntropy', c: 10 } as const;
  expect(inWords({ ...machine, solver: 'newton' })).toBe('linear, logistic loss, C 10');
  expect(inWords({ ...machine, solver: 'pairwise' })).toBe(
    'linear, logistic loss and pairs of classes, C 10',
  );
});

it('gives numbers beside each other the same decimals', () => {
  expect(figures([0.0229, -0.00066667, -0.0000123, 12345.6])).toEqual([
    '0.0229',
    '−0.0007',
    '0.0000',
    '12350',
  ]);
  expect(figures([0.0002, -1e-7])).toEqual(['0.0002', '−1e-7']);
  expect(meanText('r2', { mean: -0.0055, deviation: 0.0000673 })).toBe('−0.0055 ± 0.0001');
});

it('reads errors without the sign that scores have', () => {
  expect(metricTitle('logLoss')).toBe('log loss (less is better)');
  expect(meanText('logLoss', { mean: -0.4974, deviation: 0.0123 })).toBe('0.4974 ± 0.0123');
  expect(asRead('negMeanSquaredError', -12)).toBe(12);
  expect(metricTitle('r2')).toBe('R²');
  expect(asRead('r2', -0.1)).toBe(-0.1);
});
