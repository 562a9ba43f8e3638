import { count, meanPercent, plural } from '@kernel-methods/report';
import { type Figure, type Markup, widths } from '@kernel-methods/report/page';
import {
  accuracyAxis,
  dotStyle,
  errorOf,
  logDomain,
  lookOf,
  mostLines,
  picture,
  plain,
} from '@kernel-methods/report/plots';
import * as Plot from '@observablehq/plot';
import { keyOf } from '../matrix/unused.ts';
import type { Comparison } from '../records/comparison.ts';
import { groupBy } from '../records/identity.ts';
import { pointsOf } from './points.ts';
import { namesApart, type Ours, oursOf } from './settings.ts';

/** What differs in its number of features alone. */
interface Series {
  readonly name: string;
  readonly points: readonly Ours[];
}

/** Accuracy over the number of features; null where no variant was run with two. */
export function dimsFigure(comparison: Comparison): Figure | null {
  const series = seriesOf(oursOf(pointsOf(comparison)));
  if (series.length === 0) return null;
  const shown = series.slice(0, mostLines);
  const left =
    series.length > shown.length
      ? ` Of ${series.length} lines, the ${shown.length} that reach highest are drawn.`
      : '';
  return {
    id: 'accuracy-over-dimension',
    title: 'Accuracy over the number of features',
    caption: `What more features buy. Both axes are logarithmic, the upright one in the error.${left}`,
    wide: drawDims(shown, widths.wide),
    narrow: drawDims(shown, widths.narrow),
    columns: ['Series', 'Features', 'Test accuracy', 'Runs'],
    rows: series.flatMap(({ name, points }) =>
      points.map((point) => [
        name,
        count(point.config.outputDim),
        meanPercent(point.accuracy),
        `${point.runs}`,
      ]),
    ),
  };
}

function seriesOf(points: readonly Ours[]): Series[] {
  const groups = groupBy(points, ({ config }) => keyOf({ ...config, outputDim: 0, seed: 0 }));
  const lines = [...groups.values()]
    .filter((group) => new Set(group.map(({ config }) => config.outputDim)).size > 1)
    .map((group) => group.sort((a, b) => a.config.outputDim - b.config.outputDim));
  const names = namesApart(
    lines.map(([{ config }]) => config),
    ['outputDim'],
  );
  return lines.map((group) => ({ name: names.get(group[0].config)!, points: group }));
}

function drawDims(series: readonly Series[], width: number): Markup {
  const points = series.flatMap((one) => one.points);
  const dims = [...new Set(points.map(({ config }) => config.outputDim))].sort((a, b) => a - b);
  const errors = points.flatMap(({ accuracy }) => [errorOf(accuracy.low), errorOf(accuracy.high)]);
  const x = ({ config }: Ours) => config.outputDim;
  const y = ({ accuracy }: Ours) => errorOf(accuracy.mean);
  return picture({
    width,
    height: width < 600 ? 340 : 400,
    label: `Test accuracy over the number of features: ${plural(series.length, 'line')}, ${series.map(sentenceOf).join('; ')}.`,
    legend: series.map(({ name }, i) => ({ ...lookOf(i), text: name })),
    x: {
      type: 'log',
      base: 2,
      domain: logDomain(dims, 0.04),
      ticks: dims,
      tickFormat: plain,
      label: 'Features (number, logarithmic)',
      labelArrow: 'none',
      grid: true,
    },
    y: accuracyAxis(errors, 'Test accuracy'),
    marks: series.flatMap(({ name, points }, i) => {
      const { dash, ...look } = lookOf(i);
      return [
        Plot.line(points, { x, y, stroke: look.color, strokeWidth: 1.75, strokeDasharray: dash }),
        Plot.ruleX(points, {
          x,
          y1: ({ accuracy }: Ours) => errorOf(accuracy.low),
          y2: ({ accuracy }: Ours) => errorOf(accuracy.high),
          stroke: look.color,
          strokeOpacity: 0.55,
        }),
        Plot.dot(points, {
          x,
          y,
          ...dotStyle(look),
          r: 5,
          title: ({ config, accuracy }: Ours) =>
            `${name}\n${count(config.outputDim)} features: ${meanPercent(accuracy)}`,
        }),
      ];
    }),
  });
}

function sentenceOf({ name, points }: Series): string {
  const [first, last] = [points[0], points.at(-1)!];
  return `${name} from ${meanPercent(first.accuracy)} with ${count(first.config.outputDim)} to ${meanPercent(last.accuracy)} with ${count(last.config.outputDim)}`;
}
