import { expect, it } from 'vitest';
import { nearest } from './nearest.ts';

it.each([
  ['hing', 'hinge'],
  ['Hinge', 'hinge'],
  ['squard-hinge', 'squared-hinge'],
  ['msee', 'mse'],
  ['mes', 'mse'],
  ['ihnge', 'hinge'],
  ['quantum', undefined],
  ['', undefined],
])('%j means %s', (text, name) => {
  expect(nearest(text, ['squared-hinge', 'hinge', 'mse'])).toBe(name);
});
