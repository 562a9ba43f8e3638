import { share as anyShare, type Rule } from '@kernel-methods/runner/options';

const unitSeconds: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600 };

/** Seconds, with the unit or without: 60, 90s, 5m, 1h. */
export const duration: Rule<number> = {
  must: 'a time above 0, such as 60s, 5m or 1h',
  schema: { type: ['string', 'number'] },
  read(text) {
    const [, number, unit] = /^(\d+(?:\.\d+)?)([smh]?)$/.exec(text) ?? [];
    const seconds = Number(number) * unitSeconds[unit];
    return seconds > 0 && seconds < 1e7 ? seconds : undefined;
  },
};

/** Names separated by commas, as they are in the file. */
export const names: Rule<readonly string[]> = {
  must: 'names separated by commas',
  schema: { type: 'array', items: { type: 'string', minLength: 1 }, minItems: 1 },
  read(text) {
    const all = text.split(',').map((one) => one.trim());
    return all.every((one) => one !== '') ? all : undefined;
  },
};

/** A name, or several as one text with commas between them: a single name may have commas too. */
export const columns: Rule<string> = {
  must: 'a name, or several separated by commas (in a file also an array)',
  schema: {
    type: ['string', 'array'],
    ...{ minLength: 1, items: { type: 'string', minLength: 1 }, minItems: 1 },
  },
  read: (text) => (text === '' ? undefined : text),
};

export const word: Rule<string> = {
  must: 'a name',
  schema: { type: 'string', minLength: 1 },
  read: (text) => (text === '' ? undefined : text),
};

const types = ['number', 'category', 'text', 'boolean', 'date'] as const;
export type TypeName = (typeof types)[number];

/** What columns are: code=category,when=date. */
export const columnTypes: Rule<Readonly<Record<string, TypeName>>> = {
  must: `column=type separated by commas, where a type is one of ${types.join(', ')}`,
  schema: { type: 'array', items: { type: 'string', pattern: '=' }, minItems: 1 },
  read(text) {
    const entries = text.split(',').map((one): [string, TypeName | undefined] => {
      const at = one.lastIndexOf('=');
      return [one.slice(0, at).trim(), types.find((type) => type === one.slice(at + 1).trim())];
    });
    const known = entries.every(([name, type]) => name !== '' && type !== undefined);
    return known ? (Object.fromEntries(entries) as Record<string, TypeName>) : undefined;
  },
};

/** A sign, by itself or by its name. */
export const separator: Rule<string> = {
  must: "one character, or 'tab'",
  schema: { type: 'string', minLength: 1 },
  read: (text) => (text === 'tab' ? '\t' : [...text].length === 1 ? text : undefined),
};

export const yesNo: Rule<boolean> = {
  must: 'yes or no',
  schema: { type: 'boolean' },
  read: (text) => (text === 'yes' ? true : text === 'no' ? false : undefined),
};

export const encoding: Rule<string> = {
  must: 'an encoding by its name, such as utf-8, latin1, windows-1252 or utf-16le',
  schema: { type: 'string', minLength: 1 },
  read(text) {
    try {
      return new TextDecoder(text).encoding;
    } catch {
      return undefined;
    }
  },
};

export const share: Rule<number> = {
  ...anyShare,
  must: 'a number between 0 and 1, such as 0.9',
};
