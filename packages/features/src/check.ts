/** `value` if it is a length scale: positive, and neither 0 nor infinite as a float32. */
export function checkScale(value: unknown, name = 'scale'): number {
  const rounded = Math.fround(value as number);
  if (typeof value !== 'number' || !(rounded > 0) || rounded === Number.POSITIVE_INFINITY) {
    throw new RangeError(`\`${name}\` must be a positive finite number. Received: ${show(value)}.`);
  }
  return value;
}

export function checkPositiveInteger(value: unknown, name: string): number {
  if (!Number.isSafeInteger(value) || (value as number) < 1) {
    throw new RangeError(
      `\`${name}\` must be a whole number, 1 or above. Received: ${show(value)}.`,
    );
  }
  return value as number;
}

export function checkBoolean(value: unknown, name: string): boolean {
  if (typeof value !== 'boolean') {
    throw new TypeError(`\`${name}\` must be true or false. Received: ${show(value)}.`);
  }
  return value;
}

export function checkSeed(value: unknown): number {
  if (!Number.isSafeInteger(value) || (value as number) < 0) {
    throw new RangeError(`\`seed\` must be a safe integer, 0 or above. Received: ${show(value)}.`);
  }
  return value as number;
}

/** A value as an error message shows it: short, and telling a string from a number. */
export function show(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object' || value === null) return String(value);
  const text = JSON.stringify(value) ?? 'an object';
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
