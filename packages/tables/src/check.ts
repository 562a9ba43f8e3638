import { rangeError, shown } from '@kernel-methods/check';

/** Throws a RangeError that names the argument, the rule and the value. */
export function fail(name: string, rule: string, value: unknown): never {
  throw rangeError(name, `be ${rule}`, show(value));
}

/** A value as an error message shows it; texts in double quotes, as a file may have them. */
export const show = (value: unknown): string => shown(value, '"');
