/** Throws a RangeError that names the argument, the rule and the value. */
export function fail(name: string, rule: string, value: unknown): never {
  throw new RangeError(`\`${name}\` must be ${rule}. Received: ${show(value)}.`);
}

/** Throws unless `value` is a whole number ≥ `least`. */
export function checkCount(name: string, value: unknown, least = 1): void {
  if (!Number.isSafeInteger(value) || (value as number) < least) {
    fail(name, `a whole number, ${least} or above`, value);
  }
}

/** Throws unless `value` is one of the names. */
export function checkOneOf(name: string, value: unknown, names: readonly unknown[]): void {
  if (!names.includes(value)) fail(name, `one of ${names.map(show).join(', ')}`, value);
}

/** Throws unless `options` is an object whose keys are all known: a misspelt option is no default. */
export function checkOptions(name: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    fail(name, 'an object', options);
  }
  for (const key of Object.keys(options)) {
    if (!known.includes(key)) fail(name, `an object of ${known.join(', ')}`, key);
  }
}

/** A value as an error message shows it: one line, not too long. */
export function show(value: unknown): string {
  if (typeof value === 'string') {
    return JSON.stringify(value.length > 80 ? `${value.slice(0, 79)}…` : value);
  }
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (value instanceof Date) {
    return Number.isNaN(value.getTime()) ? 'an invalid Date' : value.toISOString();
  }
  if (typeof value === 'function') return `the function ${value.name || 'without a name'}`;
  if (typeof value === 'object' && value !== null) {
    return `an object (${value.constructor?.name ?? 'without a prototype'})`;
  }
  return String(value);
}
