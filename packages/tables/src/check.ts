import { integerBetween, knownOptions, rangeError, shown } from '@kernel-methods/check';

/** Throws a RangeError that names the argument, the rule and the value. */
export function fail(name: string, rule: string, value: unknown): never {
  throw rangeError(name, `be ${rule}`, show(value));
}

/** Throws unless `value` is a whole number ≥ `least`. */
export function checkCount(name: string, value: unknown, least = 1): void {
  integerBetween(name, value, least);
}

/** Throws unless `value` is one of the values. */
export function checkOneOf(name: string, value: unknown, values: readonly unknown[]): void {
  if (!values.includes(value)) fail(name, `one of ${values.map(show).join(', ')}`, value);
}

/** Throws unless `options` is an object whose keys are all known: a misspelt option is no default. */
export function checkOptions(options: object, known: readonly string[]): void {
  knownOptions('The options', options, known);
}

/** A value as an error message shows it; texts in double quotes, as a file may have them. */
export const show = (value: unknown): string => shown(value, '"');
