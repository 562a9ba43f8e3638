import { knownOptions, oneOf, positiveInteger } from '@kernel-methods/check';
import { fail } from '../check.ts';
import {
  type FieldOptions,
  type FieldRules,
  fieldOptionNames,
  fieldRules,
} from '../field-rules.ts';
import type { ColumnSpec } from '../table-from-rows.ts';
import { checkEncoding } from './decode.ts';
import {
  checkReaderOptions,
  readerOptionNames,
  type TableReaderOptions,
} from './reader-options.ts';

export interface CsvOptions<Specs extends Record<string, ColumnSpec> = Record<string, ColumnSpec>>
  extends TableReaderOptions<Specs>,
    FieldOptions {
  /** What stands between two fields. Default: detected among comma, semicolon, tab and `|`. */
  delimiter?: string;
  /**
   * What encloses a field that holds a separator or a line break. Default: detected, `"` or `'`.
   */
  quote?: string;
  /**
   * Whether the first record names the columns; or the names, where the file has none. Default
   * 'auto': it does unless it has numbers, dates, blanks, or values that occur again below.
   */
  header?: boolean | 'auto' | readonly string[];
  /** The label of the text's encoding, as `TextDecoder` has them. Default utf-8. */
  encoding?: string;
  /** What happens to a record with too few fields: an error, or blanks for the rest. */
  ragged?: 'error' | 'pad';
  /** What happens to a name that occurs twice: an error, or `name_2`. */
  duplicateNames?: 'error' | 'number';
  /**
   * The maximum number of bytes of a record, which limits what an unclosed quote can cost. Default
   * 2^24.
   */
  maxRecordLength?: number;
}

const optionNames = [
  ...readerOptionNames,
  ...fieldOptionNames,
  'delimiter',
  'quote',
  'header',
  'encoding',
  'ragged',
  'duplicateNames',
  'maxRecordLength',
] as const;

/**
 * The rules of fields that the options give.
 *
 * @throws RangeError or TypeError for an option that is not what it may be.
 */
export function checkCsvOptions(options: CsvOptions): FieldRules {
  knownOptions('The options', options, optionNames);
  checkReaderOptions(options);
  const { delimiter, quote, header = 'auto', encoding = 'utf-8' } = options;
  if (
    delimiter !== undefined &&
    (typeof delimiter !== 'string' || !/^[^\r\n"\ufeff]+$/.test(delimiter))
  ) {
    fail('delimiter', 'a character or more, no quote or line break', delimiter);
  }
  if (quote !== undefined && (typeof quote !== 'string' || !/^[!-~]$/.test(quote))) {
    fail('quote', 'one character of ASCII, no space', quote);
  }
  if (quote !== undefined && delimiter?.includes(quote)) fail('quote', 'no delimiter', quote);
  if (Array.isArray(header)) {
    const names = header.length > 0 && header.every((name) => typeof name === 'string');
    if (!names || new Set(header).size < header.length) {
      fail('header', 'true, false, auto, or distinct names', header);
    }
  } else {
    oneOf('header', header, [true, false, 'auto'], '"');
  }
  oneOf('ragged', options.ragged ?? 'error', ['error', 'pad'], '"');
  oneOf('duplicateNames', options.duplicateNames ?? 'error', ['error', 'number'], '"');
  positiveInteger('maxRecordLength', options.maxRecordLength ?? 1);
  checkEncoding(encoding);
  const own = fieldOptionNames.filter((name) => options[name] !== undefined);
  return fieldRules(Object.fromEntries(own.map((name) => [name, options[name]])));
}
