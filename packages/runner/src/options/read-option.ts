import { nearest } from '@kernel-methods/check';
import { UsageError } from '../usage-error.ts';
import { mustOf, type Option, type Rule } from './rules.ts';

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
  throw broken(
    as,
    `${mustOf(rule, text)}${meant ? ` (did you mean ${meant}?)` : ''}`,
    shownBy(rule, text),
  );
}

/** The text as messages may show it: without a password. */
export const shownBy = ({ shown }: Pick<Rule<unknown>, 'shown'>, text: string): string =>
  shown?.(text) ?? text;

/** The error of an option that has two texts. */
export function givenTwice(
  { rule }: Option<unknown>,
  flag: string,
  [before, text]: readonly [string, string],
): UsageError {
  const isList = rule.schema.type === 'array';
  const received =
    text === '' ? 'it twice' : `${shownBy(rule, before)}, then ${shownBy(rule, text)}`;
  return broken(flag, isList ? `given once, as ${flag} ${before},${text}` : 'given once', received);
}

/** `as` is what the message calls the option: its flag, or its place in a file. */
export function broken(as: string, rule: string, text: string): UsageError {
  return new UsageError(`\`${as}\` must be ${rule}. Received: ${text || 'nothing'}.`);
}
