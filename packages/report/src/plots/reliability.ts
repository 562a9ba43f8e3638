import * as Plot from '@observablehq/plot';
import { type Figure, widths } from '../page/figure.ts';
import type { Markup } from '../page/markup.ts';
import { type Drawing, picture } from './draw.ts';
import { dotStyle, lookOf } from './legend.ts';

/** The predictions whose probabilities lie in one part of 0 to 1. */
export interface ReliabilityBin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
  /** The mean of their probabilities. */
  readonly said: number;
  /** The share of them that came true, and the 95 % interval of that share (Wilson). */
  readonly came: number;
  readonly low: number;
  readonly high: number;
}

/** How well probabilities agree with what came true. */
export interface Reliability {
  /** Those that hold a prediction, ascending. */
  readonly bins: readonly ReliabilityBin[];
  /** The mean distance of a bin's probability from its share, weighted by its count (ECE). */
  readonly error: number;
  /** The mean of (p − truth)² (Brier). */
  readonly brier: number;
}

/**
 * Compares probabilities with what came true, in bins of equal width.
 *
 * DeGroot & Fienberg, "The comparison and evaluation of forecasters", 1983; Guo et al. 2017.
 *
 * @param came for each probability whether (1) or not (0) it came true.
 * @throws RangeError unless there are as many of both, and probabilities from 0 to 1.
 */
export function reliability(
  probabilities: ArrayLike<number>,
  came: ArrayLike<number | boolean>,
  bins = 10,
): Reliability {
  if (!(Number.isSafeInteger(bins) && bins > 0)) {
    throw new RangeError(`\`bins\` must be a whole number, 1 or above. Received: ${bins}.`);
  }
  if (probabilities.length !== came.length || came.length === 0) {
    throw new RangeError(
      `\`came\` must have one entry per probability, ${probabilities.length}. Received: ${came.length}.`,
    );
  }
  const sums = Array.from({ length: bins }, () => ({ count: 0, said: 0, came: 0 }));
  let brier = 0;
  for (let i = 0; i < came.length; i++) {
    const p = probabilities[i];
    if (!(p >= 0 && p <= 1)) {
      throw new RangeError(`\`probabilities\` must lie from 0 to 1. Received: ${p} at ${i}.`);
    }
    const bin = sums[Math.min(bins - 1, Math.floor(p * bins))];
    bin.count++;
    bin.said += p;
    bin.came += Number(came[i]);
    brier += (p - Number(came[i])) ** 2 / came.length;
  }
  const found = sums.flatMap(({ count, said, came }, i) =>
    count === 0
      ? []
      : [
          {
            ...{
              from: i / bins,
              to: (i + 1) / bins,
              count,
              said: said / count,
              came: came / count,
            },
            ...wilson(came / count, count),
          },
        ],
  );
  const error = found.reduce(
    (sum, { count, said, came }) => sum + count * Math.abs(said - came),
    0,
  );
  return { bins: found, error: error / came.length, brier };
}

/** The 95 % interval of a share of `count` (Wilson 1927). */
function wilson(share: number, count: number): { low: number; high: number } {
  const z = 1.96;
  const middle = share + (z * z) / (2 * count);
  const half = z * Math.sqrt((share * (1 - share)) / count + (z * z) / (4 * count * count));
  const scale = 1 + (z * z) / count;
  return { low: Math.max(0, (middle - half) / scale), high: Math.min(1, (middle + half) / scale) };
}

/** The probabilities of a model, or of one way to calibrate them. */
export interface ReliabilitySeries extends Reliability {
  readonly name: string;
}

/** A reliability diagram as a figure of a page. */
export function reliabilityFigure(id: string, series: readonly ReliabilitySeries[]): Figure {
  return {
    id,
    title: 'Are the probabilities true?',
    caption:
      'Each point is a group of predictions: how likely they were said to be, and how many came true. On the dotted line both are the same; under it they were said to be likelier than they were. The bars are 95 % intervals. A group that few predictions are in has a long one.',
    wide: reliabilityPicture(series, widths.wide),
    narrow: reliabilityPicture(series, widths.narrow),
    columns: [
      'said',
      ...series.map(({ name }) => `${name}: came true`),
      ...series.map(({ name }) => `${name}: predictions`),
    ],
    rows: rowsOf(series),
  };
}

/** The numbers of a figure: a row for each group, and one for the mean distance. */
function rowsOf(series: readonly ReliabilitySeries[]): string[][] {
  const starts = [...new Set(series.flatMap(({ bins }) => bins.map(({ from }) => from)))];
  starts.sort((a, b) => a - b);
  const rows = starts.map((from) => {
    const own = series.map(({ bins }) => bins.find((bin) => bin.from === from));
    const { to } = own.find((bin) => bin !== undefined) as ReliabilityBin;
    return [
      `${percent(from)} to ${percent(to)}`,
      ...own.map((bin) => (bin ? percent(bin.came) : '')),
      ...own.map((bin) => (bin ? `${bin.count}` : '')),
    ];
  });
  const errors = series.map(({ error }) => percent(error));
  const counts = series.map(({ bins }) => `${bins.reduce((sum, { count }) => sum + count, 0)}`);
  return [...rows, ['mean distance', ...errors, ...counts]];
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

/** The diagram itself, for a page. */
export const reliabilityPicture = (series: readonly ReliabilitySeries[], width: number): Markup =>
  picture(reliabilityDrawing(series, width));

/** The diagram itself. */
export function reliabilityDrawing(series: readonly ReliabilitySeries[], width: number): Drawing {
  const looks = series.map((_, i) => lookOf(i));
  const axis = { domain: [0, 1], ticks: [0, 0.2, 0.4, 0.6, 0.8, 1], tickFormat: '.0%' } as const;
  return {
    width,
    height: Math.min(width, 460) + 40,
    label: `A reliability diagram. ${series
      .map(({ name, error }) => `${name}: ${percent(error)} from the truth on average.`)
      .join(' ')}`,
    x: { ...axis, label: 'said to be', labelArrow: 'none', grid: true },
    y: { ...axis, label: 'came true', grid: true },
    legend: series.map(({ name, error }, i) => ({
      ...looks[i],
      text: `${name} (${percent(error)} off)`,
    })),
    marks: [
      Plot.line(
        [
          [0, 0],
          [1, 1],
        ],
        { stroke: 'currentColor', strokeOpacity: 0.6, strokeDasharray: '2 4' },
      ),
      ...series.flatMap(({ bins }, i) => {
        const { color, dash } = looks[i];
        return [
          Plot.ruleX(bins, { x: 'said', y1: 'low', y2: 'high', stroke: color, strokeOpacity: 0.6 }),
          Plot.line(bins, { x: 'said', y: 'came', stroke: color, strokeDasharray: dash }),
          Plot.dot(bins, { x: 'said', y: 'came', ...dotStyle(looks[i]), r: 4.5 }),
        ];
      }),
    ],
  };
}
