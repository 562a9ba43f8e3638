import { printable } from './printable.ts';

export interface MarkdownTable {
  /** The titles of the columns. */
  readonly columns: readonly string[];
  /** Cells in Markdown. Escape text that may contain special characters with `escapeMarkdown`. */
  readonly rows: readonly (readonly string[])[];
  /** Columns from here on hold numbers and are aligned to the right. Default: none. */
  readonly firstNumber?: number;
}

/** A Markdown table, one line per row; the columns are also aligned in the source. */
export function markdownTable({
  columns,
  rows,
  firstNumber = columns.length,
}: MarkdownTable): string[] {
  const widths = columns.map((title, i) =>
    Math.max(title.length, ...rows.map((row) => row[i].length)),
  );
  const padded = (text: string, i: number) =>
    i < firstNumber ? text.padEnd(widths[i]) : text.padStart(widths[i]);
  const line = (texts: readonly string[]) => `| ${texts.map(padded).join(' | ')} |`;
  const rule = widths.map((width, i) =>
    i < firstNumber ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`,
  );
  return [line(columns), line(rule), ...rows.map(line)];
}

/**
 * Escapes text, so that a pipe does not end a cell and a star or bracket has no special meaning.
 */
export function escapeMarkdown(text: string): string {
  return printable(text)
    .replace(/\s+/g, ' ')
    .replace(/[\\|*_`<>[\]~&]/g, '\\$&');
}
