import type { ScaleOptions } from '@observablehq/plot';
import { minus } from '../text/format.ts';

/** The range that a logarithmic axis can show. */
const [least, most] = [1e-9, 1e100];

/**
 * Moves a number into the range of a logarithmic axis: numbers that are too small or too large, and
 * NaN, go to an end.
 */
export const onLog = (value: number): number => Math.min(most, Math.max(least, value)) || least;

/** The range of numbers, with some room around them, for a logarithmic axis. */
export function logDomain(values: readonly number[], room = 0.08): [number, number] {
  const logs = values.map((value) => Math.log(onLog(value)));
  const low = logs.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const high = logs.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  if (logs.length === 0) return [1, 10];
  const more = Math.max((high - low) * room, 0.12);
  return [Math.exp(low - more), Math.exp(high + more)];
}

/** Round numbers on a logarithmic axis, at least a given share of the axis apart. */
export function logTicks([low, high]: readonly [number, number], share = 0.12): number[] {
  const least = share * Math.log(high / low);
  const ticks: number[] = [];
  for (const digits of [[1], [5], [2], [3], [7, 4], [1.5], [6, 8, 2.5, 9], [1.2, 3.5, 4.5]]) {
    for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power++) {
      for (const digit of digits) {
        const tick = Number((digit * 10 ** power).toPrecision(2));
        const free = ticks.every((other) => Math.abs(Math.log(tick / other)) >= least);
        if (tick >= low && tick <= high && free) ticks.push(tick);
      }
    }
  }
  return ticks.sort((a, b) => a - b);
}

/** 0.02, −0.5, 12, 1,500, 2E20: no more digits than needed. */
export const plain = (value: number) =>
  minus(
    value.toLocaleString('en-US', {
      maximumSignificantDigits: 4,
      notation: Math.abs(value) < 1e15 ? 'standard' : 'scientific',
    }),
  );

/** The smallest error that is drawn, in %, since a logarithmic axis has no 0. */
const leastError = 0.005;

/** The error in % for an accuracy from 0 to 1. */
export const errorOf = (accuracy: number) =>
  Math.min(100, Math.max(leastError, 100 * (1 - accuracy))) || leastError;

/**
 * An axis of accuracy. It is logarithmic in the error, so that 99 and 99.5 % are as far apart as 80
 * and 90 %: halving the error is the same step everywhere.
 */
export function accuracyAxis(errors: readonly number[], label: string): ScaleOptions {
  const domain = logDomain(errors);
  return {
    type: 'log',
    domain: [Math.min(100, domain[1]), domain[0]],
    ticks: logTicks(domain),
    tickFormat: (error: number) => plain(100 - error),
    label: `${label} (%)`,
    labelArrow: 'none',
    grid: true,
  } as ScaleOptions;
}
