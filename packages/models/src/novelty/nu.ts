import { rangeError, shown } from '@kernel-methods/check';

export const DEFAULT_NU = 0.05;

/** @throws RangeError unless it lies between 0 and 1. */
export function checkNu(nu: unknown): number {
  if (typeof nu === 'number' && nu > 0 && nu < 1) return nu;
  throw rangeError('nu', 'lie between 0 and 1', shown(nu));
}
