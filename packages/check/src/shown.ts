/** The mark around a text: `'a'` (the default), `"a"`, or `a` alone. */
export type Quote = "'" | '"' | '';

const LONGEST = 80;
const DEEPEST = 4;

/**
 * A value as an error message shows it: at most 80 characters, on one line. Control characters,
 * characters that change the direction of text, and halves of surrogate pairs are escaped. No
 * getter, `toString` or `toJSON` of the value is called.
 *
 * ```ts
 * import { shown } from '@kernel-methods/check';
 *
 * shown('a\nb'); // 'a\nb', with a backslash and an n
 * shown([1, { a: null }]); // [1,{"a":null}]
 * shown(new Float32Array(3)); // Float32Array(3)
 * ```
 */
export function shown(value: unknown, quote: Quote = "'"): string {
  try {
    return typeof value === 'string' ? cut(text(value, quote), quote) : cut(show(value, 0));
  } catch {
    // A proxy may throw at any operation.
    return typeof value === 'function' ? 'a function' : 'an object';
  }
}

/**
 * The kind of a value: `null`, `undefined`, `number`, `an empty array`, `an array of string`, or
 * the name of an object's class. It is for values whose content does not explain the error.
 */
export function kindOf(value: unknown): string {
  try {
    return kind(value, 0);
  } catch {
    return 'an object';
  }
}

function kind(value: unknown, depth: number): string {
  if (value === null) return 'null';
  if (typeof value !== 'object') return typeof value;
  if (!Array.isArray(value)) return className(value) ?? 'an object';
  if (value.length === 0) return 'an empty array';
  return depth === DEEPEST ? 'an array' : `an array of ${kind(value[0], depth + 1)}`;
}

function show(value: unknown, depth: number): string {
  if (typeof value === 'string') return text(value, '"');
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'symbol') return `Symbol(${text(value.description ?? '', '')})`;
  if (typeof value === 'function') return 'a function';
  if (Object.is(value, -0)) return '-0';
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return list(value, depth);
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    return `${className(value) ?? 'an array'}(${(value as Float32Array).length})`;
  }
  const name = className(value);
  return name === undefined || name === 'Object' ? entries(value, depth) : name;
}

function list(values: readonly unknown[], depth: number): string {
  if (depth === DEEPEST) return '[...]';
  const parts: string[] = [];
  for (let i = 0, used = 0; i < values.length && used <= LONGEST; i++) {
    const part = show(propertyOf(values, String(i)), depth + 1);
    parts.push(part);
    used += part.length + 1;
  }
  return `[${parts.join(',')}]`;
}

function entries(value: object, depth: number): string {
  if (depth === DEEPEST) return '{...}';
  const parts: string[] = [];
  let used = 0;
  for (const key of Object.keys(value)) {
    if (used > LONGEST) break;
    const part = `${text(key, '"')}:${show(propertyOf(value, key), depth + 1)}`;
    parts.push(part);
    used += part.length + 1;
  }
  return `{${parts.join(',')}}`;
}

/** Reads a property without calling a getter. */
const propertyOf = (value: object, key: string): unknown =>
  Object.getOwnPropertyDescriptor(value, key)?.value;

function className(value: object): string | undefined {
  const prototype = Object.getPrototypeOf(value);
  if (prototype === null) return undefined;
  const made = propertyOf(prototype, 'constructor');
  const name = typeof made === 'function' ? propertyOf(made, 'name') : undefined;
  return typeof name === 'string' && name !== '' ? cut(text(name, '')) : undefined;
}

// Control characters, format characters (direction marks and overrides, zero-width characters),
// halves of surrogate pairs, line and paragraph separators.
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu;

const NAMED = new Map([
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

function text(value: string, quote: Quote): string {
  // Text far beyond the cut is not read: a string may have gigabytes.
  const start = value.length > 2 * LONGEST ? value.slice(0, 2 * LONGEST) : value;
  const escaped = start.replace(UNSAFE, escapeOf);
  return `${quote}${quote === '"' ? escaped.replaceAll('"', '\\"') : escaped}${quote}`;
}

function escapeOf(unsafe: string): string {
  const code = unsafe.codePointAt(0)!.toString(16);
  return NAMED.get(unsafe) ?? (code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, '0')}`);
}

/** Cut between characters, not within a pair of surrogates. */
function cut(value: string, quote: Quote = ''): string {
  if (value.length <= LONGEST) return value;
  const kept = LONGEST - 3 - quote.length;
  const end = /[\ud800-\udbff]/.test(value[kept - 1]) ? kept - 1 : kept;
  return `${value.slice(0, end)}...${quote}`;
}
