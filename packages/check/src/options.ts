import { didYouMean } from './did-you-mean.ts';
import { rangeError } from './errors.ts';
import { kindOf, type Quote, shown } from './shown.ts';

/**
 * Checks that `value` is one of `choices`, and returns it.
 *
 * @param quote the mark around the texts in the message
 * @throws RangeError with the choices, and the one that was probably meant.
 */
export function oneOf<T extends string | boolean>(
  name: string,
  value: unknown,
  choices: readonly T[],
  quote: Quote = "'",
): T {
  if (choices.includes(value as T)) return value as T;
  const all = choices.map((choice) => shown(choice, quote));
  const rule = all.length < 4 ? `be ${all.join(' or ')}` : `be one of ${all.join(', ')}`;
  const names = choices.filter((choice) => typeof choice === 'string');
  throw rangeError(name, rule, shown(value, quote), didYouMean(value, names));
}

/**
 * Checks that `options` is an object whose own keys are all known, and returns it.
 *
 * @param subject the start of the message: `'Options'`, `` 'The options of `fit`' ``
 * @param hintFor returns the final sentence for an unknown key; by default it names the closest
 * known key
 * @throws TypeError if it is not an object, RangeError for the first unknown key.
 */
export function knownOptions<T extends object>(
  subject: string,
  options: T,
  known: readonly string[],
  hintFor: (key: string) => string = (key) => didYouMean(key, known),
): T {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new TypeError(`${subject} must be an object. Received: ${kindOf(options)}.`);
  }
  const stranger = unknownKey(options, known);
  if (stranger === undefined) return options;
  const hint = hintFor(stranger);
  throw new RangeError(
    `${subject} must be among ${known.join(', ')}. Received: ${shown(stranger, '')}.${hint && ` ${hint}`}`,
  );
}

/** The first unknown own key of `options`, if there is one. */
export const unknownKey = (options: object, known: readonly string[]): string | undefined =>
  Object.keys(options).find((key) => !known.includes(key));
