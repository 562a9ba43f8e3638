import { flagOf, type Option, options } from './options.ts';

/** The text of `--help`, from the table of options. */
export function helpText(width = 96): string {
  const rows = Object.entries(options).map(([name, option]) => [
    `${flagOf(name)} ${option.value}`,
    describe(option),
  ]);
  rows.push(['-h, --help', 'print this text']);
  const column = Math.max(...rows.map(([flag]) => flag.length)) + 4;
  return [
    'mnist-bench: trains a kernel machine on handwritten digits and measures it.',
    '',
    'Usage: npm start -- [options]',
    '',
    ...rows.flatMap(([flag, text]) =>
      wrap(text, width - column).map((line, i) =>
        `  ${(i === 0 ? flag : '').padEnd(column - 2)}${line}`.trimEnd(),
      ),
    ),
    '',
    'Exit code: 0 done, 1 failed, 2 wrong options, 130 stopped by Ctrl-C.',
  ].join('\n');
}

function describe({ help, rule, note, fallback, shown }: Option<unknown>): string {
  const choices = rule.names && rule.names.length > 1 ? `: ${rule.names.join(', ')}` : '';
  const standard = shown ?? fallback;
  return [
    help,
    choices,
    note ? `; ${note}` : '',
    // The word is not torn from its value.
    standard === undefined ? '' : ` (default\u00a0${standard})`,
  ].join('');
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else {
      lines.push(word);
    }
  }
  return lines.map((line) => line.replaceAll('\u00a0', ' '));
}
