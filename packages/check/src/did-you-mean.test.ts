import { expect, it } from 'vitest';
import { didYouMean, nearest } from './did-you-mean.ts';

const names = ['squared-hinge', 'hinge', 'mse', 'epochs', 'constructor'];

it.each([
  ['hing', 'hinge'],
  ['Hinge', 'hinge'],
  ['squard-hinge', 'squared-hinge'],
  ['msee', 'mse'],
  ['sme', 'mse'], // one transposition; two substitutions would be too many
  ['mes', 'mse'],
  ['hnige', 'hinge'],
  ['ihnge', 'hinge'],
  ['epohcs', 'epochs'],
  ['quantum', undefined],
  ['ems', undefined],
  ['', undefined],
  ['x'.repeat(1e7), undefined],
])('%# finds the name that was meant', (text, name) => {
  expect(nearest(text, names)).toBe(name);
});

it('takes the nearest of several', () => {
  expect(nearest('lose', ['lost', 'loses', 'lose'])).toBe('lose');
  expect(nearest('abcdef', ['abcdxy', 'abcdex'])).toBe('abcdex');
});

it('is a sentence, or nothing', () => {
  expect(didYouMean('hinges', names)).toBe("Did you mean 'hinge'?");
  expect(didYouMean('quantum', names)).toBe('');
  expect(didYouMean(5, names)).toBe('');
  expect(didYouMean('toString', names)).toBe('');
});
