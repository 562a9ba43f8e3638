import type { Figure } from '@kernel-methods/report/page';
import { dotStyle, lookOf, plain } from '@kernel-methods/report/plots';
import type { Question } from '@kernel-methods/search';
import * as Plot from '@observablehq/plot';
import type { Effect } from '../fit/effects.ts';
import { figure, importanceName } from '../fit/words.ts';
import { curveMark, drawn, first, legendOf, MOST_CURVES, quietGrid } from './drawn.ts';

/** How much the score falls where a column is shuffled. */
export function importanceFigure(
  importances: readonly { column: string; mean: number; deviation: number }[],
  task: Question['task'],
): Figure | null {
  if (importances.length === 0) return null;
  const name = importanceName[task];
  const shown = importances.slice(0, 20);
  const left = Math.min(
    150,
    14 + 6.6 * Math.max(...shown.map(({ column }) => Math.min(column.length, 20))),
  );
  const short = (column: string) => (column.length > 20 ? `${column.slice(0, 19)}…` : column);
  return drawn({
    id: 'importances',
    title: 'What the model goes by',
    caption: `How much ${name} falls where the values of a column are shuffled among rows that the model was not trained on. Columns that say the same stand in for each other.`,
    label: `Importances: ${shown
      .slice(0, 5)
      .map(({ column, mean }) => `${column} ${figure(mean)}`)
      .join('; ')}.`,
    height: 70 + 20 * shown.length,
    options: {
      marginLeft: left,
      x: { label: `${capital(name)} falls by`, tickFormat: plain, ticks: 4, ...quietGrid },
      y: { domain: shown.map(({ column }) => short(column)), label: null },
      marks: [
        Plot.barX(shown, {
          x: 'mean',
          y: ({ column }) => short(column),
          fill: first.color,
          insetTop: 2,
          insetBottom: 2,
        }),
        Plot.ruleX([0], { stroke: 'currentColor', strokeOpacity: 0.5 }),
      ],
    },
    columns: ['Column', `${capital(name)} falls by`, 'Deviation'],
    rows: importances.map(({ column, mean, deviation }) => [
      column,
      figure(mean),
      figure(deviation),
    ]),
  });
}

const capital = (text: string) => `${text[0].toUpperCase()}${text.slice(1)}`;

/** How predictions change with a column, all else as it is. */
export function effectFigure(
  effect: Effect,
  target: string,
  index: number,
  hasSeveral = false,
): Figure {
  const { column, values, means, classes } = effect;
  // Of two classes the second's probability is enough.
  const series =
    classes === undefined
      ? [0]
      : classes.length === 2 && !hasSeveral
        ? [1]
        : classes.slice(0, MOST_CURVES).map((_, c) => c);
  const names = series.map((c) => (classes === undefined ? target : String(classes[c])));
  const isNumeric = typeof values[0] === 'number' || values[0] instanceof Date;
  const text = (value: Effect['values'][number]) =>
    value instanceof Date
      ? value.toISOString().slice(0, 10)
      : value === null
        ? '(blank)'
        : typeof value === 'number'
          ? plain(value)
          : String(value);
  const points = series.flatMap((c, i) =>
    values.map((value, v) => ({ x: isNumeric ? Number(value) : text(value), y: means[v][c], i })),
  );
  const of = (i: number) => points.filter((point) => point.i === i);
  const y =
    classes === undefined
      ? `Predicted ${target}`
      : names.length === 1
        ? `Probability of ${names[0]}`
        : 'Probability';
  return drawn({
    id: `effect-${index}`,
    title: column,
    caption: `The mean prediction over ${column}, all else as it is.`,
    label: `${y} over ${column}.`,
    height: 240,
    options: {
      x: isNumeric
        ? {
            label: column,
            tickFormat:
              values[0] instanceof Date
                ? (ms: number) => new Date(ms).toISOString().slice(0, 7)
                : plain,
            ticks: 4,
            ...quietGrid,
          }
        : {
            label: column,
            type: 'point',
            tickFormat: (name: string) => (name.length > 8 ? `${name.slice(0, 7)}…` : name),
            labelArrow: 'none',
          },
      y: { label: y, tickFormat: plain, ticks: 4, ...quietGrid },
      ...legendOf(names.map((name) => ({ name }))),
      marks: series.flatMap((_, i) => [
        ...(isNumeric ? [curveMark(of(i), i)] : []),
        Plot.dot(of(i), { x: 'x', y: 'y', ...dotStyle(lookOf(i)), r: isNumeric ? 2.5 : 4.5 }),
      ]),
    },
    columns: [column, ...names],
    rows: values.map((value, v) => [text(value), ...series.map((c) => figure(means[v][c]))]),
  });
}
