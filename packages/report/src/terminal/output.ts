import { printable } from '../text/printable.ts';

/** Where the program writes: results to one stream, the moving bar and messages to the other. */
export interface Output {
  /** A line of the result. */
  line(text?: string): void;
  /** A message about the run. */
  note(text: string): void;
  /**
   * Redraws the moving line, or several, where there is a terminal. `final` draws whatever the time.
   */
  bar(draw: (width: number) => string | readonly string[], final?: boolean): void;
  /** Removes the moving lines. */
  clear(): void;
  bold(text: string): string;
  dim(text: string): string;
}

export interface Stream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const redrawMs = 66;

export function createOutput(
  stdout: Stream,
  stderr: Stream,
  env: Readonly<Record<string, string | undefined>>,
  now: () => number = () => performance.now(),
): Output {
  const smart = env.TERM !== 'dumb';
  const moving = smart && stderr.isTTY === true;
  const styled = smart && stdout.isTTY === true && !env.NO_COLOR;
  /** Moving lines on the screen; the cursor is in the last of them. */
  let shown = 0;
  let last = Number.NEGATIVE_INFINITY;

  const toFirst = () => (shown > 1 ? `\x1b[${shown - 1}A\r` : '\r');
  const clear = () => {
    if (shown > 0) stderr.write(`${toFirst()}${shown > 1 ? '\x1b[J' : '\x1b[K'}`);
    shown = 0;
  };
  return {
    line(text = '') {
      clear();
      stdout.write(`${safe(text)}\n`);
    },
    note(text) {
      clear();
      stderr.write(`${safe(text)}\n`);
    },
    bar(draw, final = false) {
      if (!moving || (!final && now() - last < redrawMs)) return;
      last = now();
      // Some terminals tell 0 columns. One stays free: some wrap a line that fills the last one.
      const width = (stderr.columns || 80) - 1;
      const drawn = [draw(width)].flat();
      const lines = drawn.map((text) => `${safe(cut(text, width))}\x1b[K`).join('\n');
      const gone = drawn.length < shown ? '\x1b[J' : '';
      stderr.write(`${toFirst()}${lines}${gone}`);
      shown = drawn.length;
    },
    clear,
    bold: (text) => (styled ? `\x1b[1m${text}\x1b[22m` : text),
    dim: (text) => (styled ? `\x1b[2m${text}\x1b[22m` : text),
  };
}

/**
 * What a terminal may be shown: the styles from here and new lines pass, and nothing else that moves the
 * cursor, changes the window's title, or the like. Names come from files.
 */
const safe = (text: string) =>
  text
    .split(passing)
    .map((part, i) => (i % 2 === 1 ? part : printable(part)))
    .join('');

const esc = '\x1b';
const passing = new RegExp(`(${esc}\\[(?:1|2|22)m|\\n)`);

/** A line that wraps could not be drawn over. */
function cut(text: string, width: number): string {
  return text.length <= width ? text : [...text].slice(0, width).join('');
}
