import { broken } from '../options/read-option.ts';

/** Reads a value of which nothing is known; `place` is what a message calls it. */
export type Shape<T> = (value: unknown, place: string) => T;

type Read<S> = S extends Shape<infer T> ? T : never;

export const text: Shape<string> = (value, place) =>
  typeof value === 'string' ? value : fail(place, 'a text', value);

export const truth: Shape<boolean> = (value, place) =>
  typeof value === 'boolean' ? value : fail(place, 'true or false', value);

/** A number from `from` to `to`. */
export function amount(from = 0, to = Number.POSITIVE_INFINITY): Shape<number> {
  const rule =
    to === Number.POSITIVE_INFINITY
      ? `a number, ${from} or above`
      : `a number from ${from} to ${to}`;
  return (value, place) =>
    typeof value === 'number' && value >= from && value <= to ? value : fail(place, rule, value);
}

export function word<const W extends string | number>(...words: readonly W[]): Shape<W> {
  return (value, place) =>
    words.find((one) => one === value) ??
    fail(place, words.length === 1 ? `${words[0]}` : `one of ${words.join(', ')}`, value);
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

function fail(place: string, rule: string, value: unknown): never {
  const shown = JSON.stringify(value) ?? '';
  throw broken(place || 'the file', rule, shown.length > 60 ? `${shown.slice(0, 59)}…` : shown);
}
