import { cut } from './fit.ts';
import { printable } from './printable.ts';

const gap = '  ';
/** A cell is cut to this before the last column gives way. */
const narrowest = 8;

/**
 * Cells in columns under a header, no line longer than the width. Where there is no room the widest
 * columns are narrowed, and their cells cut.
 */
export function columnsText(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  width: number,
): string[] {
  const cells = [header, ...rows].map((row) => row.map(printable));
  const widths = header.map((_, at) => Math.max(...cells.map((row) => row[at].length)));
  const total = () => widths.reduce((sum, one) => sum + one, 0) + gap.length * (widths.length - 1);
  while (total() > width) {
    const widest = widths.indexOf(Math.max(...widths));
    if (widths[widest] <= narrowest) break;
    widths[widest]--;
  }
  return cells.map((row) =>
    cut(
      row
        .map((cell, at) => fitted(cell, widths[at]))
        .join(gap)
        .trimEnd(),
      width,
    ),
  );
}

/** The beginning of a text says most. */
function fitted(text: string, width: number): string {
  const characters = [...text];
  if (characters.length <= width) return text.padEnd(width);
  // One sign that something is left out is enough.
  const kept = characters
    .slice(0, Math.max(0, width - 1))
    .join('')
    .replace(/…$/, '');
  return `${kept}…`.padEnd(width);
}
