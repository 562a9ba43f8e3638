import { knownOptions, oneOf } from '@kernel-methods/check';
import { fail } from './check.ts';
import { ByteDictionary } from './read/byte-dictionary.ts';

/** How the text of a field becomes a value. */
export interface FieldOptions {
  /**
   * The texts that stand for a missing value, spaces around them aside. Default: nothing, `?`, and
   * the usual spellings of NA, NaN, null and None.
   */
  missing?: readonly string[];
  /** Whether spaces around a field are dropped. Default true. */
  trim?: boolean;
  /** The decimal mark. Default `.`. */
  decimal?: '.' | ',';
  /** What may stand between groups of digits, such as `,` in 1,000. Default nothing. */
  thousands?: string;
  /** The order of a date's parts; `ymd` is ISO 8601, and a time may follow each. Default `ymd`. */
  dateOrder?: 'ymd' | 'dmy' | 'mdy';
  /** What a value becomes that its column's type does not hold. Default: an error. */
  onTypeError?: 'error' | 'missing';
}

export const fieldOptionNames = [
  'missing',
  'trim',
  'decimal',
  'thousands',
  'dateOrder',
  'onTypeError',
] as const;

export const defaultMissing: readonly string[] = [
  '',
  '?',
  'NA',
  'N/A',
  'n/a',
  'na',
  '#N/A',
  '#NA',
  '<NA>',
  'NaN',
  'nan',
  '-nan',
  '-NaN',
  'NULL',
  'null',
  'None',
];

/** The options with their defaults, prepared. */
export interface FieldRules {
  readonly missing: ReadonlySet<string>;
  /** The same, as UTF-8. */
  readonly missingBytes: ByteDictionary;
  /** Whether a text that stands for a missing value reads as a number too, such as -999. */
  readonly numericMissing: boolean;
  readonly trim: boolean;
  readonly decimal: '.' | ',';
  readonly thousands: string;
  readonly dateOrder: 'ymd' | 'dmy' | 'mdy';
  readonly strict: boolean;
}

let usual: FieldRules | undefined;

/** The rules with all defaults, made when they are used. */
export const usualRules = (): FieldRules => (usual ??= fieldRules());

/** @throws RangeError if an option is not what it may be. */
export function fieldRules(options: FieldOptions = {}): FieldRules {
  knownOptions('The options', options, fieldOptionNames);
  const {
    missing = defaultMissing,
    trim = true,
    decimal = '.',
    thousands = '',
    dateOrder = 'ymd',
    onTypeError = 'error',
  } = options;
  if (!Array.isArray(missing) || missing.some((text) => typeof text !== 'string')) {
    fail('missing', 'an array of strings', missing);
  }
  if (typeof trim !== 'boolean') fail('trim', 'true or false', trim);
  oneOf('decimal', decimal, ['.', ','], '"');
  oneOf('dateOrder', dateOrder, ['ymd', 'dmy', 'mdy'], '"');
  oneOf('onTypeError', onTypeError, ['error', 'missing'], '"');
  const mark = typeof thousands === 'string' && /^[^\d+\-eE]?$/u.test(thousands);
  if (!mark || thousands === decimal) {
    fail('thousands', 'one character that is no digit, sign or decimal mark', thousands);
  }
  const texts = new Set(missing.map((text) => text.trim()));
  const numericMissing = [...texts].some((text) => text !== '' && !Number.isNaN(Number(text)));
  const missingBytes = new ByteDictionary();
  for (const text of texts) {
    const bytes = new TextEncoder().encode(text);
    missingBytes.add(bytes, 0, bytes.length);
  }
  const strict = onTypeError === 'error';
  const given = { trim, decimal, thousands, dateOrder, strict };
  return { missing: texts, missingBytes, numericMissing, ...given };
}

const plain = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const infinite = /^([+-]?)inf(?:inity)?$/i;

/**
 * The number that a text is: digits, a sign, a decimal mark, an exponent; or `inf`. NaN if it is
 * none (JavaScript's `0x10`, `0b1` and the empty text are none).
 */
export function parseNumber(text: string, rules: FieldRules): number {
  let digits = text.trim();
  if (rules.thousands && digits.includes(rules.thousands)) {
    const [whole] = digits.split(rules.decimal, 1);
    const [first, ...groups] = whole.split(rules.thousands);
    // 31.12.2024 is no number, whatever stands between thousands.
    if (!/^[+-]?\d{1,3}$/.test(first) || !groups.every((group) => /^\d{3}$/.test(group))) {
      return Number.NaN;
    }
    digits = first + groups.join('') + digits.slice(whole.length);
  }
  if (rules.decimal === ',') {
    if (digits.includes('.')) return Number.NaN;
    digits = digits.replace(',', '.');
  }
  if (plain.test(digits)) return Number(digits);
  const sign = infinite.exec(digits)?.[1];
  return sign === undefined ? Number.NaN : sign === '-' ? -Infinity : Infinity;
}

const booleans = new Map([
  ['true', true],
  ['True', true],
  ['TRUE', true],
  ['false', false],
  ['False', false],
  ['FALSE', false],
]);

/** `true` and `false`, also capitalized; nothing else. */
export const parseBoolean = (text: string): boolean | undefined => booleans.get(text.trim());

const time =
  '(?:[T ](\\d{2}):(\\d{2})(?::(\\d{2})(?:[.,](\\d{1,9}))?)?\\s?(Z|[+-]\\d{2}(?::?\\d{2})?)?)?';
const orders = {
  ymd: { pattern: new RegExp(`^(\\d{4})([-/.])(\\d{1,2})\\2(\\d{1,2})${time}$`), parts: [1, 3, 4] },
  dmy: { pattern: new RegExp(`^(\\d{1,2})([-/.])(\\d{1,2})\\2(\\d{4})${time}$`), parts: [4, 3, 1] },
  mdy: { pattern: new RegExp(`^(\\d{1,2})([-/.])(\\d{1,2})\\2(\\d{4})${time}$`), parts: [4, 1, 3] },
};

/**
 * A date as milliseconds since 1970; NaN if the text is none, or a day that no calendar has. Text
 * without a time zone is taken as UTC, so that a file means the same everywhere.
 */
export function parseDate(text: string, order: FieldRules['dateOrder']): number {
  const { pattern, parts } = orders[order];
  const found = pattern.exec(text.trim());
  if (!found) return Number.NaN;
  const [year, month, day] = parts.map((part) => Number(found[part]));
  const [hour, minute, second] = [5, 6, 7].map((part) => Number(found[part] ?? 0));
  if (hour > 23 || minute > 59 || second > 59) return Number.NaN;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return Number.NaN;
  const fraction = Math.floor(Number(`0.${found[8] ?? 0}`) * 1000);
  return date.getTime() + ((hour * 60 + minute) * 60 + second) * 1000 + fraction - offset(found[9]);
}

/** A time zone such as +02:00 as milliseconds. */
function offset(zone: string | undefined): number {
  if (!zone || zone === 'Z') return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(3).replace(':', '') || 0);
  return (zone[0] === '-' ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}
