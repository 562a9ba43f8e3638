/** Where the program writes: results to one stream, the moving bar and messages to the other. */
export interface Output {
  /** A line of the result. */
  line(text?: string): void;
  /** A message about the run. */
  note(text: string): void;
  /** Redraws the moving line where there is a terminal. `final` draws it whatever the time. */
  bar(draw: (width: number) => string, final?: boolean): void;
  /** Removes the moving line. */
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
  let shown = false;
  let last = Number.NEGATIVE_INFINITY;

  const clear = () => {
    if (shown) stderr.write('\r\x1b[K');
    shown = false;
  };
  return {
    line(text = '') {
      clear();
      stdout.write(`${text}\n`);
    },
    note(text) {
      clear();
      stderr.write(`${text}\n`);
    },
    bar(draw, final = false) {
      if (!moving || (!final && now() - last < redrawMs)) return;
      last = now();
      // Some terminals tell 0 columns. One stays free: some wrap a line that fills the last one.
      stderr.write(`\r${draw((stderr.columns || 80) - 1)}\x1b[K`);
      shown = true;
    },
    clear,
    bold: (text) => (styled ? `\x1b[1m${text}\x1b[22m` : text),
    dim: (text) => (styled ? `\x1b[2m${text}\x1b[22m` : text),
  };
}
