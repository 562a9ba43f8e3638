import { kindOf } from './shown.ts';

/**
 * The error of an argument whose value breaks a rule: "`name` must rule. Received: received."
 *
 * @param rule what follows "must": `'be a positive finite number'`, `'hold 5 numbers'`
 * @param received the value as text, mostly by `shown` or `kindOf`
 * @param hint a sentence for the end, such as that of `didYouMean`
 */
export const rangeError = (name: string, rule: string, received: string, hint = '') =>
  new RangeError(message(name, rule, received, hint));

/** As `rangeError`, for a value of the wrong type. */
export const typeError = (name: string, rule: string, received: string, hint = '') =>
  new TypeError(message(name, rule, received, hint));

const message = (name: string, rule: string, received: string, hint: string) =>
  `\`${name}\` must ${rule}. Received: ${received}.${hint && ` ${hint}`}`;

/**
 * Throws a RangeError "`name` rule. Received: value." unless the rule holds, for rules that no function
 * here has.
 *
 * @param rule all that follows the name: 'must be even', 'belongs to a kernel'
 */
export function checkThat(holds: boolean, name: string, rule: string, value: unknown): void {
  if (holds) return;
  const received = typeof value === 'object' ? kindOf(value) : String(value);
  throw new RangeError(`\`${name}\` ${rule}. Received: ${received}.`);
}
