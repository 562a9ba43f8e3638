import { wrap } from '@kernel-methods/report';
import { optionRows } from '@kernel-methods/runner/options';
import { type Command, type CommandName, commands } from './commands.ts';

/** The text of `--help`: of all commands, or of one. */
export function helpText(name: CommandName | undefined, width = 96): string {
  return (name === undefined ? overview(width) : about(name, commands[name], width)).join('\n');
}

function overview(width: number): string[] {
  const rows = Object.values(commands).map(({ usage, help }) => [usage, help] as const);
  return [
    'kernel-methods: from a file to a model, a report and a service.',
    '',
    'Usage: kernel-methods COMMAND …',
    '',
    ...columns(rows, width),
    '',
    'kernel-methods COMMAND --help lists the options of a command.',
    '',
    'For example:',
    '  kernel-methods fit data.csv --target income --save model --html report.html',
    '  kernel-methods predict model new.csv --out predictions.csv',
    '  kernel-methods serve model --port 8080',
    '',
    codes,
  ];
}

const codes = 'Exit code: 0 done, 1 failed, 2 wrong options or input, 130 stopped by Ctrl-C.';

function about(name: string, { usage, help, options }: Command, width: number): string[] {
  return [
    `kernel-methods ${name}: ${help}.`,
    '',
    `Usage: kernel-methods ${usage} [options]`,
    '',
    ...columns([...optionRows(options), ['-h, --help', 'print this text']], width),
    '',
    codes,
  ];
}

function columns(rows: readonly (readonly [string, string])[], width: number): string[] {
  const column = Math.max(...rows.map(([left]) => left.length)) + 4;
  return rows.flatMap(([left, right]) =>
    wrap(right, Math.max(20, width - column), Infinity).map((line, i) =>
      `  ${(i === 0 ? left : '').padEnd(column - 2)}${line}`.trimEnd(),
    ),
  );
}
