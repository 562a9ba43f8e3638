/** Refuses a number that breaks its rule; undefined is the default and passes. */
export function requireNumber<K extends string>(
  options: { readonly [key in K]?: unknown },
  name: K,
  holds: (value: number) => boolean,
  rule: string,
): void {
  const value = options[name];
  check(value === undefined || (typeof value === 'number' && holds(value)), name, rule, value);
}

/** @throws RangeError that names the argument, the rule and the value, unless the rule holds. */
export function check(holds: boolean, name: string, rule: string, value: unknown): void {
  if (holds) return;
  const shown = typeof value === 'object' ? describe(value) : String(value);
  throw new RangeError(`\`${name}\` ${rule}. Received: ${shown}.`);
}

/** A short word for a value of the wrong kind. */
export function describe(value: unknown): string {
  if (Array.isArray(value)) {
    return value.length === 0 ? 'an empty array' : `an array of ${describe(value[0])}`;
  }
  return value === null
    ? 'null'
    : typeof value === 'object'
      ? (value.constructor?.name ?? 'an object')
      : typeof value;
}
