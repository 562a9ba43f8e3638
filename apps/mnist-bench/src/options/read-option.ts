import { flagOf, type Option, readOption as readText } from '@kernel-methods/runner/options';
import { comparisonOptions } from './comparison-options.ts';
import { options } from './options.ts';

const tables: Readonly<Record<string, Option<unknown>>> = { ...options, ...comparisonOptions };

/**
 * The value of an option from its text. `as` is what the message calls it.
 *
 * @throws UsageError naming the option, the rule and the value, and the nearest known name.
 */
export const readOption = (
  name: keyof typeof options | keyof typeof comparisonOptions,
  text: string,
  as = flagOf(name),
): unknown => readText(tables[name], text, as);
