import * as Plot from '@observablehq/plot';
import { type Figure, widths } from '../page/figure.ts';
import type { Markup } from '../page/markup.ts';
import { percent } from '../text/spread.ts';
import { type Drawing, picture } from './draw.ts';
import { dotStyle, lookOf } from './legend.ts';

/** How many answers are wrong, if only the surest are given. */
export interface CoverageRiskSeries {
  readonly name: string;
  /** From the strictest threshold to none. */
  readonly curve: readonly { readonly coverage: number; readonly risk: number }[];
  /** The share of rows that is answered by the threshold in use. */
  readonly chosen: number;
}

/** The share of wrong answers over the share of rows that are answered, as a figure of a page. */
export function coverageRiskFigure(id: string, series: readonly CoverageRiskSeries[]): Figure {
  return {
    id,
    title: 'What rejecting buys',
    caption:
      'How many answers are wrong, if only so many of the known rows are answered, the surest first. Further left more rows are rejected. The dot is the threshold in use.',
    wide: coverageRiskPicture(series, widths.wide),
    narrow: coverageRiskPicture(series, widths.narrow),
    columns: ['Variant', 'Answered', 'Wrong among these'],
    rows: series.flatMap(({ name, curve, chosen }) =>
      shares.map((share) => {
        const at = pointAt(curve, share ?? chosen);
        return [name, `${percent(at.coverage)}${share ? '' : ' (in use)'}`, percent(at.risk)];
      }),
    ),
  };
}

/** The shares that the table tells; undefined for the one in use. */
const shares = [0.5, 0.8, 0.9, 0.95, 1, undefined];

/** The first point that answers so many, but for rounding. */
function pointAt(curve: CoverageRiskSeries['curve'], share: number) {
  return curve.find(({ coverage }) => coverage >= share - 1e-9) ?? curve[curve.length - 1];
}

/** The curves themselves, for a page. */
export const coverageRiskPicture = (series: readonly CoverageRiskSeries[], width: number): Markup =>
  picture(coverageRiskDrawing(series, width));

/** The curves themselves. */
export function coverageRiskDrawing(series: readonly CoverageRiskSeries[], width: number): Drawing {
  const most = Math.max(1e-3, ...series.flatMap(({ curve }) => curve.map(({ risk }) => risk)));
  return {
    width,
    height: width < 600 ? 320 : 380,
    label: `Wrong answers over answered rows. ${series
      .map(({ name, curve, chosen }) => {
        const at = pointAt(curve, chosen);
        return `${name}: ${percent(at.risk)} wrong where ${percent(at.coverage)} are answered.`;
      })
      .join(' ')}`,
    legend: series.map(({ name }, i) => ({ ...lookOf(i), text: name })),
    x: {
      domain: [0, 1],
      ticks: 5,
      tickFormat: '.0%',
      label: 'answered',
      labelArrow: 'none',
      grid: true,
    },
    y: {
      domain: [0, 1.05 * most],
      ticks: 5,
      tickFormat: '.1%',
      label: 'wrong among these',
      grid: true,
    },
    marks: series.flatMap(({ curve, chosen }, i) => {
      const { dash, ...look } = lookOf(i);
      return [
        Plot.line(curve, { x: 'coverage', y: 'risk', stroke: look.color, strokeDasharray: dash }),
        Plot.dot([pointAt(curve, chosen)], { x: 'coverage', y: 'risk', ...dotStyle(look), r: 5 }),
      ];
    }),
  };
}
