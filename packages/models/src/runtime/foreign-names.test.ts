import { expect, it } from 'vitest';
import { nameHint } from './foreign-names.ts';

const known = ['epochs', 'batchSize', 'l2'];

it.each([
  ['C', 'Here that is `l2`: l2 = 1 / (C · rows).'],
  ['batch_size', 'Here that is `batchSize`.'],
  ['n_epochs', 'Here that is `epochs`.'],
  ['max_iter', 'Here that is `epochs`, or maxIterations of a solver: newton({ maxIterations }).'],
  ['epohcs', "Did you mean 'epochs'?"],
  ['quantum', ''],
  ['toString', ''],
  ['__proto__', ''],
  ['_', ''],
])('says of the option %s: %s', (name, hint) => {
  expect(nameHint('option', name, known)).toBe(hint);
});

it('tells kernels and losses in capitals or not, and what is told besides', () => {
  expect(nameHint('kernel', 'RBF', ['gaussian'])).toBe("Here that is 'gaussian'.");
  expect(nameHint('loss', 'binary_crossentropy', [])).toBe("Here that is 'logistic'.");
  expect(nameHint('option', 'patches', known, { patches: 'theirs' })).toBe('Here that is theirs.');
  expect(nameHint('option', 'l_2', known, { l2: 'another’s' })).toBe('Here that is `l2`.');
});
