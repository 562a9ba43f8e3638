import { nearest } from '@kernel-methods/check';
import { UsageError } from '../usage-error.ts';
import { mustOf, type Option } from './rules.ts';

/**
 * The value of an option from its text. `as` is what the message calls it.
 *
 * @throws UsageError naming the option, the rule and the value, and the nearest known name.
 */
export function readOption<T>({ rule }: Option<T>, text: string, as: string): T {
  const value = rule.read(text);
  if (value !== undefined) return value;
  const wrong = text.split(',').find((part) => rule.read(part) === undefined) ?? text;
  const meant = nearest(wrong, rule.names ?? []);
  const shown = rule.shown?.(text) ?? text;
  throw broken(as, `${mustOf(rule, text)}${meant ? ` (did you mean ${meant}?)` : ''}`, shown);
}

/** `as` is what the message calls the option: its flag, or its place in a file. */
export function broken(as: string, rule: string, text: string): UsageError {
  return new UsageError(`\`${as}\` must be ${rule}. Received: ${text || 'nothing'}.`);
}
