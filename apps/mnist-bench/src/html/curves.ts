import { percent, score } from '@kernel-methods/report';
import { type Figure, type Markup, widths } from '@kernel-methods/report/page';
import {
  accuracyAxis,
  dotStyle,
  errorOf,
  logDomain,
  logTicks,
  lookOf,
  mostLines,
  onLog,
  picture,
  plain,
} from '@kernel-methods/report/plots';
import * as Plot from '@observablehq/plot';
import type { Comparison } from '../records/comparison.ts';
import type { EpochReport } from '../records/run-record.ts';
import { pointsOf, recordOf } from './points.ts';

interface Curve {
  readonly variant: string;
  readonly epochs: readonly EpochReport[];
}

/** Loss and validation accuracy over epochs; none where no variant has two epochs. */
export function curveFigures(comparison: Comparison): Figure[] {
  const curves = pointsOf(comparison)
    .map(({ variant }) => ({
      variant,
      epochs: recordOf(comparison, variant)?.outcome?.epochs ?? [],
    }))
    .filter(({ epochs }) => epochs.length > 1)
    .slice(0, mostLines);
  if (curves.length === 0) return [];
  const validated = curves.filter(({ epochs }) => epochs.every(hasAccuracy));
  return [lossFigure(curves), ...(validated.length > 0 ? [accuracyFigure(validated)] : [])];
}

const hasAccuracy = ({ valAccuracy }: EpochReport) => valAccuracy !== null;

function lossFigure(curves: readonly Curve[]): Figure {
  const value = ({ loss }: EpochReport) => onLog(loss);
  const domain = logDomain(curves.flatMap(({ epochs }) => epochs.map(value)));
  return {
    id: 'loss-over-epochs',
    title: 'Training loss over epochs',
    caption: 'Different losses compare in shape alone.',
    narrow: drawCurves(curves, value, {
      label: `Training loss over epochs. At the end: ${endsOf(curves, ({ loss }) => score(loss))}.`,
      y: {
        type: 'log',
        domain,
        ticks: logTicks(domain),
        tickFormat: plain,
        label: 'Training loss (logarithmic)',
        labelArrow: 'none',
        grid: true,
      },
    }),
    columns: ['Variant', 'Epoch', 'Training loss'],
    rows: rowsOf(curves, ({ loss }) => score(loss)),
  };
}

function accuracyFigure(curves: readonly Curve[]): Figure {
  const value = ({ valAccuracy }: EpochReport) => errorOf(valAccuracy ?? 0);
  const write = ({ valAccuracy }: EpochReport) => percent(valAccuracy ?? 0);
  const errors = curves.flatMap(({ epochs }) => epochs.map(value));
  return {
    id: 'accuracy-over-epochs',
    title: 'Validation accuracy over epochs',
    caption: 'On rows that were kept from the training.',
    narrow: drawCurves(curves, value, {
      label: `Validation accuracy over epochs. At the end: ${endsOf(curves, write)}.`,
      y: accuracyAxis(errors, 'Validation accuracy'),
    }),
    columns: ['Variant', 'Epoch', 'Validation accuracy'],
    rows: rowsOf(curves, write),
  };
}

function drawCurves(
  curves: readonly Curve[],
  y: (epoch: EpochReport) => number,
  options: { readonly label: string; readonly y: Plot.ScaleOptions },
): Markup {
  const last = Math.max(...curves.flatMap(({ epochs }) => epochs.map(({ epoch }) => epoch)));
  return picture({
    width: widths.narrow,
    height: 260 + 20 * curves.length,
    ...options,
    legend: curves.map(({ variant }, i) => ({ ...lookOf(i), text: variant })),
    x: {
      domain: [1, last],
      interval: last < 8 ? 1 : undefined,
      ticks: Math.min(last - 1, 6),
      tickFormat: plain,
      label: 'Epoch',
      labelArrow: 'none',
      grid: true,
    },
    marks: curves.flatMap(({ variant, epochs }, i) => {
      const { dash, ...look } = lookOf(i);
      return [
        Plot.line(epochs, {
          x: 'epoch',
          y,
          stroke: look.color,
          strokeWidth: 1.6,
          strokeDasharray: dash,
        }),
        Plot.dot(epochs.slice(-1), {
          x: 'epoch',
          y,
          ...dotStyle(look),
          r: 4.5,
          title: () => variant,
        }),
      ];
    }),
  });
}

const rowsOf = (curves: readonly Curve[], write: (epoch: EpochReport) => string) =>
  curves.flatMap(({ variant, epochs }) =>
    epochs.map((epoch) => [variant, `${epoch.epoch}`, write(epoch)]),
  );

const endsOf = (curves: readonly Curve[], write: (epoch: EpochReport) => string) =>
  curves.map(({ variant, epochs }) => `${variant} ${write(epochs.at(-1)!)}`).join('; ');
