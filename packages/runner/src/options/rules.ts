/** An option of the command line. Parsing, checking and `--help` all come from tables of these. */
export interface Option<T> {
  /** How the help writes the value; undefined where the option is a word alone. */
  readonly value?: string;
  readonly rule: Rule<T>;
  /** Whether a list may be given several times: its parts are then one list. */
  readonly repeats?: boolean;
  readonly fallback: T;
  readonly help: string;
  /** What the help adds after the names. */
  readonly note?: string;
  /** How the help writes the default where it is not the fallback itself. */
  readonly shown?: string;
}

export function option<const T>(definition: Option<T>): Option<T> {
  return definition;
}

/** What the options of a table come to. */
export type ValuesOf<Table extends Readonly<Record<string, Option<unknown>>>> = {
  readonly [K in keyof Table]: Table[K] extends Option<infer T> ? T : never;
};

/** `batchSize` is written `--batch-size`. */
export function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** The words for a text that breaks the rule. */
export const mustOf = ({ must, hint }: Rule<unknown>, text: string): string => hint?.(text) ?? must;

/** What a value must be, and how its text is read. */
export interface Rule<T> {
  /** Completes "must be …". */
  readonly must: string;
  /** What completes "must be …" for this text, where more is to be said. */
  hint?(text: string): string | undefined;
  /** The text as messages show it, where it may hold a secret. */
  shown?(text: string): string;
  /** The known names, when the value is one of some. */
  readonly names?: readonly string[];
  /** The value as it stands in a file, for editors: JSON schema. */
  readonly schema: Readonly<Record<string, unknown>>;
  /** The value, or undefined where the rule is broken. */
  read(text: string): T | undefined;
}

/** One of the names; an alias stands for one of them. */
export function oneOf<const N extends string>(
  names: readonly N[],
  aliases: Readonly<Record<string, N>> = {},
): Rule<N> {
  return {
    must: names.length === 1 ? names[0] : `one of ${names.join(', ')}`,
    names,
    schema: { enum: [...names, ...Object.keys(aliases)] },
    read: (text) =>
      names.find((name) => name === text) ??
      (Object.hasOwn(aliases, text) ? aliases[text] : undefined),
  };
}

export function integer(from: number, to: number): Rule<number> {
  return {
    must: `an integer from ${from} to ${to}`,
    schema: { type: 'integer', minimum: from, maximum: to },
    read: (text) => number(text, (x) => Number.isSafeInteger(x) && x >= from && x <= to),
  };
}

/** Numbers are kept in float32, which is what models compute in: from there on they are infinite. */
export const mostFloat32 = 2 ** 128 - 2 ** 103;
/** From there down they are 0. */
const leastFloat32 = 2 ** -150;

const float32 = 'in float32 (from 1.4e-45 to 3.4e38)';

/** A positive finite number that float32 does not hold. */
function isBeyond(text: string): boolean {
  const value = Number(text);
  return Number.isFinite(value) && value > 0 && (value >= mostFloat32 || value <= leastFloat32);
}

export const positive: Rule<number> = {
  must: 'a positive finite number',
  hint: (text) => (isBeyond(text) ? `a positive finite number ${float32}` : undefined),
  schema: { type: 'number', exclusiveMinimum: leastFloat32, exclusiveMaximum: mostFloat32 },
  read: (text) => number(text, (x) => x > leastFloat32 && x < mostFloat32),
};

export const nonNegative: Rule<number> = {
  must: 'a finite number, 0 or above',
  hint: (text) => (isBeyond(text) ? `a finite number ${float32}, 0 or above` : undefined),
  schema: { type: 'number', minimum: 0, exclusiveMaximum: mostFloat32 },
  read: (text) => number(text, (x) => x >= 0 && x < mostFloat32),
};

export const fraction: Rule<number> = {
  must: 'a number from 0 to below 1',
  schema: { type: 'number', minimum: 0, exclusiveMaximum: 1 },
  read: (text) => number(text, (x) => x >= 0 && x < 1),
};

/** A part of a whole, neither none nor all of it. */
export const share: Rule<number> = {
  must: 'a number between 0 and 1',
  schema: { type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 1 },
  read: (text) => number(text, (x) => x > 0 && x < 1),
};

/** A path; whether it can be read or written is looked at later. */
export const path: Rule<string> = {
  must: 'a path',
  schema: { type: 'string', minLength: 1 },
  read: (text) => (text === '' ? undefined : text),
};

/** The Redis at which workers listen. */
export const redisUrl: Rule<string> = {
  must: 'a URL that begins with redis:// or rediss://',
  schema: { type: 'string', pattern: '^rediss?://' },
  read: (text) => (/^rediss?:\/\/./.test(text) && URL.canParse(text) ? text : undefined),
  shown: withoutPassword,
};

/** A URL without the user and the password that it may hold. */
export function withoutPassword(url: string): string {
  return url.replace(/\/\/.*@/, '//…@');
}

/** The first axis of a matrix; which axes there are is known where they are read. */
export const axis: Rule<string> = {
  must: 'an axis with its values, such as kernels=gaussian,laplacian',
  schema: { type: 'string', pattern: '=' },
  read: (text) => (text.includes('=') ? text : undefined),
};

/** A word alone, which takes no value. */
export const flag: Rule<boolean> = {
  must: 'given without a value',
  schema: { type: 'boolean' },
  read: (text) => (text === '' ? true : undefined),
};

/** Some of the names, separated by commas. */
export function someOf<const N extends string>(names: readonly N[]): Rule<readonly N[]> {
  const one = oneOf(names);
  return {
    must: `names among ${names.join(', ')}, separated by commas`,
    names,
    schema: { type: 'array', items: one.schema, minItems: 1, uniqueItems: true },
    read(text) {
      const values = text.split(',').map((part) => one.read(part.trim()));
      return values.every((value) => value !== undefined) ? [...new Set(values)] : undefined;
    },
  };
}

/** The rule, or a word that stands for a value of its own. */
export function orWord<T, const W extends string>(rule: Rule<T>, word: W): Rule<T | W> {
  return {
    must: `${rule.must}, or ${word}`,
    schema: { anyOf: [rule.schema, { const: word }] },
    read: (text) => (text === word ? word : rule.read(text)),
  };
}

function number(text: string, holds: (x: number) => boolean): number | undefined {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  return holds(value) ? value : undefined;
}
