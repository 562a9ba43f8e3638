import { integerBetween } from '@kernel-methods/check';
import stringWidth from 'string-width';

/** Lines of cells under a header. */
interface Grid {
  header: readonly string[];
  /** A line under the header, such as the columns' types. */
  under?: readonly string[];
  lines: readonly (readonly string[])[];
  /** Whether a column is set to the right, as numbers are. */
  right: readonly boolean[];
  width?: number;
}

const gap = '  ';
/** A long text gives way before a whole column does; a number or a date that is cut would be another. */
const widest = 32;
const narrowest = 10;

/**
 * Cells in columns, as wide as the terminal: long cells are cut, then columns that have no room are
 * named under the grid.
 */
export function printGrid(grid: Grid): string {
  const width = grid.width ?? terminalWidth();
  integerBetween('width', width, 20);
  const all = [grid.header, ...(grid.under ? [grid.under] : []), ...grid.lines].map((line) =>
    line.map(visible),
  );
  const natural = grid.header.map((_, at) =>
    Math.min(widest, Math.max(...all.map((line) => stringWidth(line[at])))),
  );
  const least = natural.map((one, at) => (grid.right[at] ? one : Math.min(one, narrowest)));
  const widths = fit(natural, least, width);
  const text = all
    .map((line) =>
      widths
        .map((cells, at) => pad(cut(line[at], cells), cells, grid.right[at]))
        .join(gap)
        .trimEnd(),
    )
    .join('\n');
  const rest = grid.header.slice(widths.length);
  if (rest.length === 0) return text;
  const names = `and ${rest.length} more ${rest.length === 1 ? 'column' : 'columns'}: ${rest.map(visible).join(', ')}`;
  return `${text}\n${cut(names, width)}`;
}

/** The widths of the columns that have room: wide ones are narrowed first, the last left out. */
function fit(natural: readonly number[], least: readonly number[], width: number): number[] {
  for (let count = natural.length; count > 1; count--) {
    const widths = natural.slice(0, count);
    const room = width - gap.length * (count - 1);
    if (sum(least.slice(0, count)) > room) continue;
    for (let over = sum(widths) - room; over > 0; over--) {
      const spare = widths.map((one, at) => (one > least[at] ? one : 0));
      widths[spare.indexOf(Math.max(...spare))]--;
    }
    return widths;
  }
  return natural.slice(0, 1).map((one) => Math.min(one, width));
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);

function pad(text: string, width: number, right: boolean): string {
  const spaces = ' '.repeat(Math.max(0, width - stringWidth(text)));
  return right ? spaces + text : text + spaces;
}

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** Cuts the text to a number of terminal columns, with … where something is left out. */
function cut(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  let kept = '';
  let used = 0;
  for (const { segment } of segmenter.segment(text)) {
    const more = stringWidth(segment);
    if (used + more > width - 1) break;
    kept += segment;
    used += more;
  }
  return `${kept}…`;
}

/** Control characters would move the cursor, or worse: data do not command a terminal. */
const visible = (text: string) =>
  text
    .slice(0, 1000)
    .replace(/\r\n|[\n\r\u2028\u2029]/g, '⏎')
    .replace(/\t/g, ' ')
    .replace(/(?!\u200d)[\p{Cc}\p{Cf}]/gu, '\ufffd');

/** The columns of the terminal; 80 where there is none. */
function terminalWidth(): number {
  const { process } = globalThis as { process?: { stdout?: { columns?: number } } };
  return Math.max(20, process?.stdout?.columns ?? 80);
}
