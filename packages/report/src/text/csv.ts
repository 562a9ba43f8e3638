export type CsvValue = string | number | boolean | null | undefined;

/**
 * Rows in the format of RFC 4180. A missing value is an empty field. A text that a spreadsheet
 * would take for a formula gets an apostrophe in front, as OWASP advises; numbers do not.
 *
 * @see https://owasp.org/www-community/attacks/CSV_Injection
 */
export const csv = (rows: readonly (readonly CsvValue[])[]): string => lines(rows, guarded);

/** The same with texts as they are, for programs: a label of -1 stays one. */
export const plainCsv = (rows: readonly (readonly CsvValue[])[]): string =>
  lines(rows, (text) => text);

const lines = (rows: readonly (readonly CsvValue[])[], write: (text: string) => string) =>
  rows.map((row) => `${row.map((value) => field(value, write)).join(',')}\r\n`).join('');

const guarded = (text: string) => (isFormula.test(text) ? `'${text}` : text);

function field(value: CsvValue, write: (text: string) => string): string {
  if (typeof value !== 'string') return `${value ?? ''}`;
  const text = write(value);
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * Full-width signs count too, because some programs treat them like the usual ones. Leading white
 * space does not make a formula safe.
 */
const isFormula = /^(?:\s*[=+\-@＝＋－＠]|[\t\r\n])/;
