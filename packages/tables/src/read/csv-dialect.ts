import { type FieldRules, parseBoolean, parseDate, parseNumber } from '../field-rules.ts';
import { type Dialect, scanRecords } from './csv-scan.ts';

/** How many bytes of a file are looked at to tell how it is written. */
const sampleLength = 1 << 16;

/** A tab and a semicolon seldom stand in every record by chance; commas do. */
const delimiters = ['\t', ';', '|', ','];

/** How a text is written, told from its beginning where it is not given. */
export function findDialect(
  head: Uint8Array,
  whole: boolean,
  given: { delimiter?: string; quote?: string; trim: boolean },
): Dialect {
  const { trim } = given;
  const sample = head.subarray(0, sampleLength);
  const quote = (given.quote ?? findQuote(latin1(sample))).charCodeAt(0);
  const dialectOf = (delimiter: string) => ({ delimiter: encode(delimiter), quote, trim });
  if (given.delimiter) return dialectOf(given.delimiter);
  let best = { delimiter: ',', same: 0 };
  for (const delimiter of delimiters) {
    const { same, fields } = regularity(sample, whole && sample === head, dialectOf(delimiter));
    if (fields > 1 && same > best.same) best = { delimiter, same };
  }
  return dialectOf(best.delimiter);
}

const encode = (text: string) => new TextEncoder().encode(text);

/** Each byte as a character: what is looked for is ASCII. */
const latin1 = (bytes: Uint8Array) => new TextDecoder('latin1').decode(bytes);

/** The share of records that have the most frequent number of fields. */
function regularity(
  sample: Uint8Array,
  whole: boolean,
  dialect: Dialect,
): { same: number; fields: number } {
  const counts = new Map<number, number>();
  let records = 0;
  try {
    const { first, count } = scanRecords(sample, dialect, whole);
    records = Math.min(count, 200);
    for (let i = 0; i < records; i++) {
      const fields = first[i + 1] - first[i];
      counts.set(fields, (counts.get(fields) ?? 0) + 1);
    }
  } catch {
    // Quotes that make no sense: this is not the separator.
    return { same: 0, fields: 1 };
  }
  let [fields, most] = [1, 0];
  for (const [length, count] of counts) {
    if (count > most || (count === most && length > fields)) [fields, most] = [length, count];
  }
  return { same: records ? most / records : 0, fields };
}

/** Single quotes only where they enclose whole fields, and no double quote begins one. */
function findQuote(sample: string): string {
  const begins = (quote: string) =>
    sample.match(new RegExp(`(?:^|[,;\\t|\\r\\n]) *${quote}`, 'g'))?.length ?? 0;
  const single = begins("'");
  if (single < 2 || begins('"') > 0) return '"';
  const field = /(?:^|[,;\t|\r\n]) *'(?:[^'\r\n]|'')*'(?= *(?:[,;\t|\r\n]|$))/g;
  const enclosed = sample.match(field)?.length ?? 0;
  // The last field of the sample may be cut.
  return enclosed >= single - 1 ? "'" : '"';
}

/**
 * Whether the first record names the columns: none of its fields is a number, a date or blank (but
 * for the first, which programs leave out over row numbers), and they are not values that their
 * columns have again.
 */
export function looksLikeHeader(
  records: readonly (readonly string[])[],
  rules: FieldRules,
): boolean {
  const [first, ...rest] = records;
  const names = first.map((field) => field.trim());
  const blank = (text: string) => rules.missing.has(text);
  if (names.some((name, i) => (name === '' ? i > 0 || names.length === 1 : blank(name)))) {
    return false;
  }
  const value = (text: string) =>
    parseBoolean(text) !== undefined ||
    !Number.isNaN(parseNumber(text, rules)) ||
    !Number.isNaN(parseDate(text, rules.dateOrder));
  if (names.some(value)) return false;
  const again = names.filter((name, i) => rest.some((record) => record[i]?.trim() === name));
  return 2 * again.length < names.length || rest.length === 0;
}
