import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import type { Bar } from './bars.ts';
import type { Curve, Estimate } from './errors.ts';
import type { RowTime } from './times.ts';

export const curveHead = (widths: readonly number[]): string =>
  `${''.padEnd(44)}${widths.map((width) => String(width).padStart(9)).join('')}   slope`;

export function curveLine({ name, errors, slope }: Curve): string {
  const numbers = errors.map((error) => figure(error).padStart(9)).join('');
  return `  ${name.padEnd(42)}${numbers}   ${slope ? interval(slope) : ''}`;
}

export const timeLine = ({ name, width, best, median, faster }: RowTime): string =>
  [
    `  ${name.padEnd(42)}`,
    String(width).padStart(6),
    best.toFixed(1).padStart(9),
    median.toFixed(1).padStart(9),
    `${faster.toFixed(2)} ×`.padStart(10),
  ].join('');

export const barLine = ({ what, got, met }: Bar): string => {
  const figure = typeof got === 'number' ? got.toFixed(2) : got && interval(got);
  return `  ${met ? 'holds ' : 'MISSED'} ${what}: ${figure ?? 'not measured'}`;
};

const figure = (error: number) => (error < 1e-3 ? error.toExponential(1) : error.toPrecision(3));

const interval = ({ mean, low, high }: Estimate) =>
  `${mean.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`;

/** Writes the results, and the machine that they were measured on, as JSON. */
export function writeResults(
  file: string,
  curves: readonly Curve[],
  times: readonly RowTime[],
  bars: readonly Bar[],
): void {
  const machine = { node: process.version, cpu: cpus()[0]?.model, cores: cpus().length };
  const errors = curves.map(({ logs, ...curve }) => ({ ...curve, draws: logs.length }));
  const short = (_: string, value: unknown) =>
    typeof value === 'number' ? Number(value.toPrecision(4)) : value;
  writeFileSync(file, `${JSON.stringify({ machine, errors, times, bars }, short, 2)}\n`);
}
