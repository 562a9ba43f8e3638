import type { Rule } from './rules.ts';

/** An option of the command line. Parsing, checking and `--help` all come from tables of these. */
export interface Option<T> {
  /** How the help writes the value; undefined where the option is a word alone. */
  readonly value?: string;
  readonly rule: Rule<T>;
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
