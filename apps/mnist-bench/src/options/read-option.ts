import { nearest } from '@kernel-methods/check';
import { UsageError } from '@kernel-methods/runner';
import { comparisonOptions } from './comparison-options.ts';
import { options } from './options.ts';
import { flagOf, mustOf, type Option } from './rules.ts';

const tables: Readonly<Record<string, Option<unknown>>> = { ...options, ...comparisonOptions };

/**
 * The value of an option from its text. `as` is what the message calls it.
 *
 * @throws UsageError naming the option, the rule and the value, and the nearest known name.
 */
export function readOption(
  name: keyof typeof options | keyof typeof comparisonOptions,
  text: string,
  as = flagOf(name),
): unknown {
  const { rule } = tables[name];
  const value = rule.read(text);
  if (value !== undefined) return value;
  const wrong = text.split(',').find((part) => rule.read(part) === undefined) ?? text;
  const meant = nearest(wrong, rule.names ?? []);
  throw broken(as, `${mustOf(rule, text)}${meant ? ` (did you mean ${meant}?)` : ''}`, text);
}

/** `as` is what the message calls the option: its flag, or its place in a file. */
export function broken(as: string, rule: string, text: string): UsageError {
  return new UsageError(`\`${as}\` must be ${rule}. Received: ${text || 'nothing'}.`);
}
