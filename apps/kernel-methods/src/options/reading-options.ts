import { oneOf, option, type ValuesOf } from '@kernel-methods/runner/options';
import { columnTypes, encoding, names, separator, yesNo } from './rules.ts';

/** How a file is read. */
export const readingOptions = {
  beside: option<readonly string[] | undefined>({
    value: 'FILE',
    rule: names,
    repeats: true,
    fallback: undefined,
    help: 'a file with more columns of the same rows in the same order, such as labels for the numbers of a .npy; of several FILEs one for each, separated by commas; may be given several times',
  }),
  format: option<'csv' | 'tsv' | 'jsonl' | 'parquet' | 'arrow' | undefined>({
    value: 'NAME',
    rule: oneOf(['csv', 'tsv', 'jsonl', 'parquet', 'arrow']),
    fallback: undefined,
    shown: "by the file's ending",
    help: 'the format of the file',
  }),
  separator: option<string | undefined>({
    value: 'SIGN',
    rule: separator,
    fallback: undefined,
    shown: 'found',
    help: 'what separates fields in CSV',
  }),
  quote: option<string | undefined>({
    value: 'SIGN',
    rule: separator,
    fallback: undefined,
    shown: '"',
    help: 'what fields are quoted with in CSV',
  }),
  names: option<readonly string[] | undefined>({
    value: 'A,B,…',
    rule: names,
    fallback: undefined,
    help: 'the names of the columns, for CSV that has no header',
  }),
  header: option<boolean | undefined>({
    value: 'WORD',
    rule: yesNo,
    fallback: undefined,
    shown: 'found; yes with a saved model',
    help: 'whether the first line of CSV names the columns: yes or no',
  }),
  encoding: option<string | undefined>({
    value: 'NAME',
    rule: encoding,
    fallback: undefined,
    shown: 'utf-8',
    help: 'the encoding of CSV, such as latin1, windows-1252 or utf-16le',
  }),
  decimal: option<'.' | ',' | undefined>({
    value: 'SIGN',
    rule: { ...oneOf(['.', ',']), names: undefined },
    fallback: undefined,
    shown: '.',
    help: 'the decimal mark of numbers in CSV, a point or a comma',
  }),
  thousands: option<string | undefined>({
    value: 'SIGN',
    rule: separator,
    fallback: undefined,
    help: 'what groups the digits of numbers in CSV, such as the comma of 1,250',
  }),
  missing: option<readonly string[] | undefined>({
    value: 'A,B,…',
    rule: names,
    fallback: undefined,
    shown: 'NA, null and the like',
    help: 'texts that stand for a blank in CSV; an empty field is one anyway',
  }),
  dateOrder: option<'ymd' | 'dmy' | 'mdy' | undefined>({
    value: 'ORDER',
    rule: oneOf(['ymd', 'dmy', 'mdy']),
    fallback: undefined,
    shown: 'ymd',
    help: 'in which order dates in CSV are written',
  }),
  ragged: option<'error' | 'pad' | undefined>({
    value: 'WORD',
    rule: oneOf(['error', 'pad']),
    fallback: undefined,
    shown: 'error',
    help: 'what a line of CSV with too few fields is: an error, or filled up with blanks',
  }),
  duplicateNames: option<'error' | 'number' | undefined>({
    value: 'WORD',
    rule: oneOf(['error', 'number']),
    fallback: undefined,
    shown: 'error',
    help: 'what a name that two columns of CSV have is: an error, or numbered',
  }),
  types: option<
    Readonly<Record<string, 'number' | 'category' | 'text' | 'boolean' | 'date'>> | undefined
  >({
    value: 'A=TYPE,…',
    rule: columnTypes,
    fallback: undefined,
    shown: 'found',
    help: 'what columns hold, such as code=category: number, category, text, boolean or date',
  }),
};

export type Reading = ValuesOf<typeof readingOptions>;

/** How one file is read. */
export type FileReading = Omit<Reading, 'beside'>;

/** Options that say something of CSV only. */
export const csvOnly = [
  ...(['separator', 'quote', 'names', 'header', 'encoding', 'decimal', 'thousands'] as const),
  ...(['missing', 'dateOrder', 'ragged', 'duplicateNames'] as const),
] satisfies (keyof Reading)[];
