import { printable } from '../text/printable.ts';

/** The program's output: results go to one stream, the progress bar and messages to the other. */
export interface Output {
  /** A line of the result. */
  line(text?: string): void;
  /** A message about the run. */
  note(text: string): void;
  /**
   * Redraws the progress lines if there is a terminal. With `final` it draws even if it was drawn
   * just before.
   */
  bar(draw: (width: number) => string | readonly string[], final?: boolean): void;
  /** Removes the progress lines. */
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
  /** The number of progress lines on the screen; the cursor is in the last of them. */
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
      // Some terminals report 0 columns. One column stays free, because some terminals wrap a full
      // line.
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
 * Makes text safe for a terminal, because names come from files. It keeps our styles and new lines,
 * and nothing else that moves the cursor, changes the window's title, or the like.
 */
const safe = (text: string) =>
  text
    .split(passing)
    .map((part, i) => (i % 2 === 1 ? part : printable(part)))
    .join('');

const esc = '\x1b';
const passing = new RegExp(`(${esc}\\[(?:1|2|22)m|\\n)`);

/** Cuts a line to the width, because a wrapped line could not be redrawn. */
function cut(text: string, width: number): string {
  return text.length <= width ? text : [...text].slice(0, width).join('');
}
