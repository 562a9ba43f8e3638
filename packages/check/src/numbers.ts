import { rangeError } from './errors.ts';
import { shown } from './shown.ts';

// Each check returns the value, or throws a RangeError that names the argument, its rule and the
// value.

export const positiveInteger = (name: string, value: unknown): number =>
  checked(name, value, isInteger(value, 1), 'a whole number, 1 or above');

export const nonNegativeInteger = (name: string, value: unknown): number =>
  checked(name, value, isInteger(value, 0), 'a whole number, 0 or above');

/** A whole number from `least` to `most`, both included; `most` may be left out. */
export const integerBetween = (
  name: string,
  value: unknown,
  least: number,
  most = Number.POSITIVE_INFINITY,
): number =>
  checked(
    name,
    value,
    isInteger(value, least) && (value as number) <= most,
    most === Number.POSITIVE_INFINITY
      ? `a whole number, ${least} or above`
      : `a whole number from ${least} to ${most}`,
  );

export const finite = (name: string, value: unknown): number =>
  checked(name, value, Number.isFinite(value), 'a finite number');

export const positiveFinite = (name: string, value: unknown): number =>
  checked(name, value, Number.isFinite(value) && (value as number) > 0, 'a positive finite number');

export const nonNegativeFinite = (name: string, value: unknown): number =>
  checked(
    name,
    value,
    Number.isFinite(value) && (value as number) >= 0,
    'a finite number, 0 or above',
  );

/** A number that is positive and finite also as float32, as numbers in tensors must be. */
export function positiveFloat32(name: string, value: unknown): number {
  const number = positiveFinite(name, value);
  const rounded = Math.fround(number);
  if (rounded > 0 && rounded < Number.POSITIVE_INFINITY) return number;
  const hint = `It is ${rounded} as float32.`;
  throw rangeError(name, 'be a positive finite number', shown(value), hint);
}

/** A number from 0 up to, not including, 1. */
export const fraction = (name: string, value: unknown): number =>
  checked(
    name,
    value,
    Number.isFinite(value) && (value as number) >= 0 && (value as number) < 1,
    'from 0 up to, not including, 1',
  );

export const seed = (name: string, value: unknown): number =>
  checked(name, value, isInteger(value, 0), 'a safe integer, 0 or above');

/**
 * A check of an argument that may be left out: `undefined` passes.
 *
 * ```ts
 * import { optional, positiveInteger } from '@kernel-methods/check';
 *
 * optional(positiveInteger, 'epochs', undefined); // undefined
 * optional(positiveInteger, 'epochs', 5); // 5
 * ```
 */
export const optional = <T>(
  check: (name: string, value: unknown) => T,
  name: string,
  value: unknown,
): T | undefined => (value === undefined ? undefined : check(name, value));

const isInteger = (value: unknown, least: number) =>
  Number.isSafeInteger(value) && (value as number) >= least;

function checked(name: string, value: unknown, holds: boolean, rule: string): number {
  if (!holds) throw rangeError(name, `be ${rule}`, shown(value));
  return value as number;
}
