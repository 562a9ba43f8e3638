export type CsvValue = string | number | boolean | null | undefined;

/**
 * Rows as RFC 4180 has them. What is missing is an empty field. A text that a spreadsheet would take
 * for a formula gets an apostrophe before it, as OWASP advises; numbers stay numbers.
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

/** Full-width signs too: some programs take them for the usual ones. White space before it is no help. */
const isFormula = /^(?:\s*[=+\-@＝＋－＠]|[\t\r\n])/;
