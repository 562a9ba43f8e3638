import { type Figure, type Markup, widths } from '@kernel-methods/report/page';
import {
  dotStyle,
  errorOf,
  type Look,
  legendLines,
  logDomain,
  logTicks,
  lookOf,
  picture,
  plain,
} from '@kernel-methods/report/plots';
import * as Plot from '@observablehq/plot';
import type { Comparison } from '../records/comparison.ts';
import { groupBy } from '../records/identity.ts';
import { pointsOf } from './points.ts';
import { hasKernel, namesApart, type Ours, oursOf } from './settings.ts';

/** Error over kernels, one dot per variant; null where there are not two kernels. */
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
  const legend =
    groups.size > 1
      ? [...groups.keys()].map((text, i) => ({ ...lookOf(i), text, dash: undefined }))
      : [];
  const row = (kernels.length > 4 ? 8 : 20) + (kernels.length > 4 ? 10 : 15) * groups.size;
  const domain = logDomain(
    points.flatMap(({ accuracy: { low, high } }) => [errorOf(low), errorOf(high)]),
  );
  const marginLeft = 20 + 6.6 * Math.max(...kernels.map((kernel) => kernel.length));
  return picture({
    width,
    height: 80 + 20 * legendLines(legend, width - marginLeft) + Math.max(44, row) * kernels.length,
    marginLeft,
    label: `Test error over ${kernels.length} kernels. The least of each: ${kernels.map((kernel) => leastOf(kernel, points)).join('; ')}.`,
    legend,
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
      ...[...groups.values()].flatMap((group, i) => {
        const lane = (0.75 * (i + 0.5)) / groups.size - 0.375;
        const at = ({ config }: Ours) => kernels.indexOf(config.kernel) + lane;
        return dots(group, at, lookOf(i));
      }),
    ],
  });
}

function dots(points: readonly Ours[], y: (point: Ours) => number, look: Look): Plot.Markish[] {
  return [
    Plot.ruleY(points, {
      y,
      x1: ({ accuracy }: Ours) => errorOf(accuracy.high),
      x2: ({ accuracy }: Ours) => errorOf(accuracy.low),
      stroke: look.color,
      strokeOpacity: 0.6,
    }),
    Plot.dot(points, {
      y,
      x: ({ accuracy }: Ours) => errorOf(accuracy.mean),
      ...dotStyle(look),
      r: 5,
      title: ({ variant, accuracy }: Ours) =>
        `${variant}\n${plain(errorOf(accuracy.mean))} % error`,
    }),
  ];
}

/** By loss and solver where they differ, else by what is told apart first: there must be few lanes. */
function groupsOf(points: readonly Ours[]): Map<string, Ours[]> {
  const machines = groupBy(points, ({ config: { loss, solver } }) => `${loss}, ${solver}`);
  if (machines.size > 1) return machines;
  const names = namesApart(
    points.map(({ config }) => config),
    ['kernel', 'map', 'outputDim', 'scale', 'l2', 'epochs', 'batchSize', 'learningRate', 'rows'],
  );
  return groupBy(points, ({ config }) => names.get(config)!);
}

function leastOf(kernel: string, points: readonly Ours[]): string {
  const least = points.find(({ config }) => config.kernel === kernel)!;
  return `${kernel} ${plain(errorOf(least.accuracy.mean))} %`;
}
