import { wrap } from '@kernel-methods/report';
import { optionRows } from '@kernel-methods/runner/options';
import { comparisonOptions } from './comparison-options.ts';
import { options } from './options.ts';

/** The text of `--help`, from the tables of options. */
export function helpText(width = 96): string {
  const run = optionRows(options);
  const comparison = optionRows(comparisonOptions);
  const other: Row[] = [['-h, --help', 'print this text']];
  const column = Math.max(...[...run, ...comparison].map(([flag]) => flag.length)) + 4;
  const shown = (rows: readonly Row[]) =>
    rows.flatMap(([flag, text]) =>
      wrap(text, width - column, Infinity).map((line, i) =>
        `  ${(i === 0 ? flag : '').padEnd(column - 2)}${line}`.trimEnd(),
      ),
    );
  return [
    'mnist-bench: trains kernel machines on digits, measures and compares them.',
    '',
    'Usage: npm start -- [options]',
    '       npm start -- [options] --matrix AXIS=A,B…',
    '       npm start -- compare OLD.json NEW.json',
    '',
    ...shown([...run, ...other]),
    '',
    'Many runs, each in its own process: any of these starts a comparison.',
    '',
    ...shown(comparison),
    '',
    'Exit code: 0 done, 1 failed, 2 wrong options, 130 stopped by Ctrl-C.',
  ].join('\n');
}

type Row = readonly [flag: string, text: string];
