import { typeError } from './errors.ts';
import { kindOf, shown } from './shown.ts';

export function boolean(name: string, value: unknown): boolean {
  if (typeof value !== 'boolean') throw typeError(name, 'be true or false', shown(value));
  return value;
}

export function functionArgument<F extends (...args: never[]) => unknown>(
  name: string,
  value: F | unknown,
): F {
  if (typeof value !== 'function') throw typeError(name, 'be a function', kindOf(value));
  return value as F;
}

/** An object that is neither null nor an array. */
export function object(name: string, value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw typeError(name, 'be an object', kindOf(value));
  }
  return value as Record<string, unknown>;
}

/** @throws TypeError unless it is an AbortSignal. */
export function abortSignal(name: string, value: unknown): AbortSignal {
  if (!(value instanceof AbortSignal)) throw typeError(name, 'be an AbortSignal', kindOf(value));
  return value;
}
