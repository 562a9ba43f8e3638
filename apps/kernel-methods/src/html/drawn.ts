import { type Figure, type Markup, widths } from '@kernel-methods/report/page';
import { lookOf, picture } from '@kernel-methods/report/plots';
import * as Plot from '@observablehq/plot';
import { type Point, thinned } from './curves.ts';

/** Axes with a grid that is hardly seen. */
export const quietGrid = { grid: true, labelArrow: 'none' } as const;
/** An axis of shares. */
export const unit = { domain: [0, 1], ticks: 5, ...quietGrid } as const;
/** The look of a series by itself. */
export const first = lookOf(0);

interface Drawn {
  readonly id: string;
  readonly title: string;
  readonly caption: string;
  readonly label: string;
  readonly height?: number;
  readonly options: Partial<Parameters<typeof picture>[0]> & { marks: Plot.Markish[] };
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** A figure, with the table that says the same. */
export function drawn({
  id,
  title,
  caption,
  label,
  height = 300,
  options,
  columns,
  rows,
}: Drawn): Figure {
  const draw = (width: number): Markup => picture({ width, height, label, ...options });
  return { id, title, caption, narrow: draw(widths.narrow), columns, rows };
}

/** With more classes, curves could not be told apart. */
export const MOST_CURVES = 6;

/** A line for each curve. */
export const curveMarks = (curves: readonly { points: Point[] }[]) =>
  curves.map(({ points }, i) => curveMark(thinned(points), i));

/** The line of a series by its number, which has its colour and its dashes. */
export const curveMark = (points: Plot.Data, series: number) => {
  const { color, dash } = lookOf(series);
  const stroke = { stroke: color, strokeWidth: 1.8, strokeDasharray: dash };
  return Plot.line(points, { x: 'x', y: 'y', ...stroke });
};

/** What tells several curves apart. */
export const legendOf = (curves: readonly { name: string }[]) =>
  curves.length > 1 ? { legend: curves.map(({ name }, i) => ({ ...lookOf(i), text: name })) } : {};
