import { expect, it } from 'vitest';
import { createTimeLeft } from './time-left.ts';

const step = (phase: 'train' | 'validate', epoch: number, at: number, steps: number) => ({
  phase,
  epoch,
  epochs: 3,
  step: at,
  steps,
});

it('learns what an epoch and its validation cost', () => {
  const left = createTimeLeft(0);
  // Two seconds per step, ten steps; validation is not known yet.
  expect(left(step('train', 1, 4, 10), 8)).toEqual({ epoch: 12, all: 12 + 2 * 20 });
  expect(left(step('train', 1, 10, 10), 20)).toEqual({ epoch: 0, all: 40 });
  expect(left(step('validate', 1, 50, 100), 22)).toEqual({ epoch: 2, all: 2 + 2 * 24 });
  left(step('validate', 1, 100, 100), 24);
  // The second epoch, the same speed: 18 s of steps and 4 s of validation are left.
  expect(left(step('train', 2, 1, 10), 26)).toEqual({ epoch: 22, all: 22 + 24 });
  left(step('train', 2, 10, 10), 44);
  left(step('validate', 2, 100, 100), 48);
  expect(left(step('train', 3, 10, 10), 68)).toEqual({ epoch: 4, all: 4 });
  expect(left(step('validate', 3, 100, 100), 72)).toEqual({ epoch: 0, all: 0 });
});

it('needs no validation', () => {
  const left = createTimeLeft(10);
  left(step('train', 1, 10, 10), 20);
  expect(left(step('train', 2, 5, 10), 25)).toEqual({ epoch: 5, all: 15 });
});
