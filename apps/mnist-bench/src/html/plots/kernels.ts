import * as Plot from '@observablehq/plot';
import type { Comparison } from '../../comparison/comparison.ts';
import { groupBy } from '../../results/group-by.ts';
import { type Figure, widths } from '../figure.ts';
import type { Markup } from '../markup.ts';
import { errorOf } from './accuracy-axis.ts';
import { picture } from './draw.ts';
import { dotStyle, lookOf } from './legend.ts';
import { pointsOf } from './points.ts';
import { logDomain, logTicks, plain } from './scales.ts';
import { hasKernel, namesApart, type Ours, oursOf } from './settings.ts';

/** A variant on the line of its kernel. */
interface Mark {
  readonly point: Ours;
  /** The number of its kernel, and a little more or less so that its neighbours are seen too. */
  readonly at: number;
}

/** Error over kernels, a dot a variant; null where there are not two kernels. */
export function kernelsFigure(comparison: Comparison): Figure | null {
  const points = oursOf(pointsOf(comparison)).filter(hasKernel);
  const kernels = [...new Set(points.map(({ config }) => config.kernel))];
  if (kernels.length < 2) return null;
  return {
    id: 'error-over-kernels',
    title: 'Error over kernels',
    caption:
      'A mark is a variant, a thin line the range over its seeds; further left is better. The kernel whose best variant has the least error comes first.',
    wide: drawKernels(points, kernels, widths.wide),
    narrow: drawKernels(points, kernels, widths.narrow),
    columns: ['Kernel', 'Variant', 'Test error', 'From', 'To'],
    rows: kernels.flatMap((kernel) =>
      points
        .filter(({ config }) => config.kernel === kernel)
        .map(({ variant, accuracy: { mean, low, high } }) => [
          kernel,
          variant,
          ...[mean, high, low].map((accuracy) => `${(100 * (1 - accuracy)).toFixed(2)} %`),
        ]),
    ),
  };
}

function drawKernels(points: readonly Ours[], kernels: readonly string[], width: number): Markup {
  const groups = groupsOf(points);
  const marks = kernels.flatMap((kernel, i) =>
    spread(
      points.filter(({ config }) => config.kernel === kernel),
      i,
    ),
  );
  const domain = logDomain(
    points.flatMap(({ accuracy: { low, high } }) => [errorOf(low), errorOf(high)]),
  );
  return picture({
    width,
    height: 90 + 20 * groups.size + 50 * kernels.length,
    marginLeft: 20 + 6.6 * Math.max(...kernels.map((kernel) => kernel.length)),
    label: `Test error over ${kernels.length} kernels. The least of each: ${kernels.map((kernel) => leastOf(kernel, points)).join('; ')}.`,
    legend:
      groups.size > 1
        ? [...groups.keys()].map((text, i) => ({ ...lookOf(i), text, dash: undefined }))
        : [],
    x: {
      type: 'log',
      domain,
      ticks: logTicks(domain, width < 600 ? 0.14 : 0.09),
      tickFormat: plain,
      label: 'Test error (%, logarithmic)',
      labelArrow: 'none',
      grid: true,
    },
    y: {
      type: 'linear',
      domain: [kernels.length - 0.5, -0.5],
      ticks: kernels.map((_, i) => i),
      tickFormat: (i: number) => kernels[i],
      tickSize: 0,
      label: null,
    },
    marks: [
      Plot.ruleY(
        kernels.slice(1).map((_, i) => i + 0.5),
        { strokeOpacity: 0.12 },
      ),
      ...[...groups.values()].flatMap((group, i) => dots(marks, group, i)),
    ],
  });
}

function dots(all: readonly Mark[], group: readonly Ours[], i: number): Plot.Markish[] {
  const marks = all.filter(({ point }) => group.includes(point));
  const look = lookOf(i);
  return [
    Plot.ruleY(marks, {
      y: 'at',
      x1: ({ point }: Mark) => errorOf(point.accuracy.high),
      x2: ({ point }: Mark) => errorOf(point.accuracy.low),
      stroke: look.color,
      strokeOpacity: 0.6,
    }),
    Plot.dot(marks, {
      y: 'at',
      x: ({ point }: Mark) => errorOf(point.accuracy.mean),
      ...dotStyle(look),
      r: 5,
      title: ({ point }: Mark) =>
        `${point.variant}\n${plain(errorOf(point.accuracy.mean))} % error`,
    }),
  ];
}

/** By loss and solver, or by what else is told apart first. */
function groupsOf(points: readonly Ours[]): Map<string, Ours[]> {
  const names = namesApart(
    points.map(({ config }) => config),
    ['kernel', 'map', 'outputDim', 'scale', 'l2', 'epochs', 'batchSize', 'learningRate', 'rows'],
  );
  return groupBy(points, ({ config }) => names.get(config)!);
}

const spread = (points: readonly Ours[], kernel: number): Mark[] =>
  points.map((point, i) => ({ point, at: kernel + 0.6 * ((i + 1) / (points.length + 1) - 0.5) }));

function leastOf(kernel: string, points: readonly Ours[]): string {
  const least = points.find(({ config }) => config.kernel === kernel)!;
  return `${kernel} ${plain(errorOf(least.accuracy.mean))} %`;
}
