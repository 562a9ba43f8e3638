import { broken } from '@kernel-methods/runner/options';

/** Reads a value of which nothing is known; `place` is what a message calls it. */
export type Shape<T> = (value: unknown, place: string) => T;

type Read<S> = S extends Shape<infer T> ? T : never;

export const text: Shape<string> = (value, place) =>
  typeof value === 'string' ? value : fail(place, 'a text', value);

export const truth: Shape<boolean> = (value, place) =>
  typeof value === 'boolean' ? value : fail(place, 'true or false', value);

/** A finite number, of either sign. */
export const finite: Shape<number> = (value, place) =>
  typeof value === 'number' && Number.isFinite(value)
    ? value
    : fail(place, 'a finite number', value);

/** A whole number, 0 or above. */
export const whole: Shape<number> = (value, place) =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
    ? value
    : fail(place, 'an integer, 0 or above', value);

export type Scalar = string | number | boolean | null;

export const scalar: Shape<Scalar> = (value, place) =>
  value === null || ['string', 'number', 'boolean'].includes(typeof value)
    ? (value as Scalar)
    : fail(place, 'a text, a number, true, false or null', value);

/** A finite number from `from` to `to`. */
export function amount(from = 0, to = Number.POSITIVE_INFINITY): Shape<number> {
  const rule =
    to === Number.POSITIVE_INFINITY
      ? `a number, ${from} or above`
      : `a number from ${from} to ${to}`;
  return (value, place) =>
    typeof value === 'number' && Number.isFinite(value) && value >= from && value <= to
      ? value
      : fail(place, rule, value);
}

export function word<const W extends string | number | null>(...words: readonly W[]): Shape<W> {
  return (value, place) =>
    words.includes(value as W)
      ? (value as W)
      : fail(place, words.length === 1 ? `${words[0]}` : `one of ${words.join(', ')}`, value);
}

export function orNull<T>(shape: Shape<T>): Shape<T | null> {
  return (value, place) => (value === null ? null : shape(value, place));
}

export function list<T>(shape: Shape<T>): Shape<T[]> {
  return (value, place) =>
    Array.isArray(value)
      ? value.map((item, i) => shape(item, `${place}[${i}]`))
      : fail(place, 'a list', value);
}

export const members: Shape<Readonly<Record<string, unknown>>> = (value, place) =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? { ...value }
    : fail(place, 'an object', value);

/** An object that has these members; others it may have. */
export function object<F extends Readonly<Record<string, Shape<unknown>>>>(
  fields: F,
): Shape<{ readonly [K in keyof F]: Read<F[K]> }> {
  return (value, place) => {
    const found = members(value, place);
    const read = Object.entries(fields).map(([name, shape]) => [
      name,
      shape(
        Object.hasOwn(found, name) ? found[name] : undefined,
        place === '' ? name : `${place}.${name}`,
      ),
    ]);
    // Each member was read by its own shape.
    return Object.fromEntries(read) as { [K in keyof F]: Read<F[K]> };
  };
}

/** An object with any members, each of this shape. */
export function record<T>(shape: Shape<T>): Shape<Readonly<Record<string, T>>> {
  return (value, place) =>
    Object.fromEntries(
      Object.entries(members(value, place)).map(([name, one]) => [
        name,
        shape(one, place === '' ? name : `${place}.${name}`),
      ]),
    );
}

/** One shape or the other; the message is of the first. */
export function either<A, B>(first: Shape<A>, second: Shape<B>): Shape<A | B> {
  return (value, place) => {
    try {
      return first(value, place);
    } catch (error) {
      try {
        return second(value, place);
      } catch {
        throw error;
      }
    }
  };
}

/** A member that may be missing, and is undefined or null then. */
export function orMissing<T>(shape: Shape<T>): Shape<T | null> {
  return (value, place) => (value === undefined || value === null ? null : shape(value, place));
}

function fail(place: string, rule: string, value: unknown): never {
  const shown = shownOf(value);
  throw broken(place || 'the file', rule, shown.length > 60 ? `${shown.slice(0, 59)}…` : shown);
}

function shownOf(value: unknown): string {
  try {
    return JSON.stringify(value) ?? '';
  } catch {
    return 'what is nested too deeply'; // the stack is full
  }
}
