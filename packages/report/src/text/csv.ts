export type CsvValue = string | number | boolean | null | undefined;

/**
 * Rows in the format of RFC 4180. A missing value is an empty field. A text that a spreadsheet
 * would take for a formula gets an apostrophe in front, as OWASP advises; numbers do not.
 *
 * @see https://owasp.org/www-community/attacks/CSV_Injection
 */
export function csv(rows: readonly (readonly CsvValue[])[]): string {
  return rows.map((row) => `${row.map(field).join(',')}\r\n`).join('');
}

function field(value: CsvValue): string {
  if (typeof value !== 'string') return `${value ?? ''}`;
  const text = isFormula.test(value) ? `'${value}` : value;
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * Full-width signs count too, because some programs treat them like the usual ones. Leading white
 * space does not make a formula safe.
 */
const isFormula = /^(?:\s*[=+\-@＝＋－＠]|[\t\r\n])/;
