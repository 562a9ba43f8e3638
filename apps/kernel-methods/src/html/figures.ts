import { count, percent } from '@kernel-methods/report';
import { type Figure, type Markup, widths } from '@kernel-methods/report/page';
import { dotStyle, lookOf, picture, plain } from '@kernel-methods/report/plots';
import * as Plot from '@observablehq/plot';
import type { Effect } from '../fit/effects.ts';
import type { Exam } from '../fit/exam.ts';
import type { Found } from '../fit/fit-table.ts';
import { figure, inWords, meanText, metricName } from '../fit/words.ts';
import {
  areaUnder,
  calibrationBins,
  type Point,
  precisionRecall,
  rocCurve,
  thinned,
} from './curves.ts';

const quietGrid = { grid: true, labelArrow: 'none' } as const;
const unit = { domain: [0, 1], ticks: 5, ...quietGrid } as const;
const first = lookOf(0);

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

function drawn({ id, title, caption, label, height = 300, options, columns, rows }: Drawn): Figure {
  const draw = (width: number): Markup => picture({ width, height, label, ...options });
  return { id, title, caption, narrow: draw(widths.narrow), columns, rows };
}

/** The best score over the seconds of the search. */
export function searchFigure({ path, search }: Found, metric: string): Figure | null {
  if (path.length < 2) return null;
  const points = path.map(({ seconds, score }) => ({
    x: seconds,
    y: score.mean,
    rows: score.rows,
  }));
  const last = path.at(-1)!;
  return drawn({
    id: 'search',
    title: 'Search over time',
    caption: `The best candidate so far, by cross-validation. Each round has more rows and fewer candidates, so a later score is surer, and may be lower. ${count(search.length)} scores in all.`,
    label: `${metricName(metric)} of the best candidate over seconds; at the end ${meanText(last.score)}.`,
    options: {
      x: { label: 'Seconds', tickFormat: plain, ...quietGrid },
      y: { label: metricName(metric), tickFormat: plain, ...quietGrid },
      marks: [
        Plot.line(points, {
          x: 'x',
          y: 'y',
          curve: 'step-after',
          stroke: first.color,
          strokeWidth: 1.8,
        }),
        Plot.dot(points, { x: 'x', y: 'y', ...dotStyle(first), r: 4 }),
      ],
    },
    columns: ['Seconds', 'Rows', metricName(metric), 'Candidate'],
    rows: path.map(({ seconds, score }) => [
      seconds.toFixed(1),
      count(score.rows),
      meanText(score),
      inWords(score.machine),
    ]),
  });
}

/** Scores over the rows that a model was trained on: whether more of them are worth it. */
export function learningFigure(
  { search, exams }: Found,
  metric: string,
  rows: number,
): Figure | null {
  const best = new Map<number, { x: number; y: number; deviation: number }>();
  for (const score of search) {
    const known = best.get(score.rows);
    if (!known || score.mean > known.y) {
      best.set(score.rows, { x: score.rows, y: score.mean, deviation: score.deviation });
    }
  }
  const { chosen } = exams;
  if (chosen) best.set(rows, { x: rows, y: chosen.mean, deviation: chosen.deviation });
  const points = [...best.values()].sort((a, b) => a.x - b.x);
  if (points.length < 2) return null;
  const [before, last] = points.slice(-2);
  const gain = last.y - before.y;
  const noise = Math.max(last.deviation, before.deviation) / 2;
  const verdict =
    gain > noise
      ? 'The score still grows with the rows: more data would probably help.'
      : 'The score hardly grows with the rows: more data would probably help little.';
  return drawn({
    id: 'learning',
    title: 'Learning curve',
    caption: `The best score by the number of rows that were looked at, and one deviation between folds. ${verdict}`,
    label: `${metricName(metric)} over rows: ${points.map(({ x, y }) => `${count(x)} rows ${figure(y)}`).join('; ')}.`,
    options: {
      x: { type: 'log', label: 'Rows (logarithmic)', tickFormat: plain, ticks: 5, ...quietGrid },
      y: { label: metricName(metric), tickFormat: plain, ...quietGrid },
      marks: [
        Plot.ruleX(points, {
          x: 'x',
          y1: (p) => p.y - p.deviation,
          y2: (p) => p.y + p.deviation,
          stroke: first.color,
          strokeOpacity: 0.45,
          strokeWidth: 3,
        }),
        Plot.line(points, { x: 'x', y: 'y', stroke: first.color, strokeWidth: 1.8 }),
        Plot.dot(points, { x: 'x', y: 'y', ...dotStyle(first), r: 4.5 }),
      ],
    },
    columns: ['Rows', metricName(metric), 'Deviation'],
    rows: points.map(({ x, y, deviation }) => [count(x), figure(y), figure(deviation)]),
  });
}

const diagonal = (stroke = 'var(--muted)') =>
  Plot.line(
    [
      [0, 0],
      [1, 1],
    ],
    { stroke, strokeDasharray: '3 3', strokeWidth: 1 },
  );

const width = (exam: Exam) => exam.classes?.length ?? 0;

/** The probability of the predicted class, and how often it is right. */
export function calibrationFigure(exam: Exam): Figure | null {
  if (exam.classes === undefined || exam.truth.length < 50) return null;
  const promised = Float64Array.from(
    exam.predictions,
    (label, row) => exam.probabilities[row * width(exam) + label],
  );
  const bins = calibrationBins(promised, (row) => exam.predictions[row] === exam.truth[row]);
  const off =
    bins.reduce((sum, { promised, found, rows }) => sum + rows * Math.abs(promised - found), 0) /
    exam.truth.length;
  return drawn({
    id: 'calibration',
    title: 'Calibration',
    caption: `How often the predicted class is right, over its probability, in ten parts of as many rows each. On the dotted line probabilities are what they say; on average they are ${percent(off)} off.`,
    label: `Share that is right over the predicted probability; ${percent(off)} off on average.`,
    options: {
      x: { label: 'Probability of the predicted class', ...unit },
      y: { label: 'Share that is right', ...unit },
      marks: [
        diagonal(),
        Plot.line(bins, { x: 'promised', y: 'found', stroke: first.color, strokeWidth: 1.6 }),
        Plot.dot(bins, { x: 'promised', y: 'found', ...dotStyle(first), r: 4.5 }),
      ],
    },
    columns: ['Probability', 'Right', 'Rows'],
    rows: bins.map(({ promised, found, rows }) => [percent(promised), percent(found), count(rows)]),
  });
}

/** With more classes, curves could not be told apart. */
const MOST_CURVES = 6;

/** One curve for two classes, one for each of some. */
function curvesOf(exam: Exam, curve: typeof rocCurve): { name: string; points: Point[] }[] {
  const { classes = [], probabilities, truth } = exam;
  const shown = classes.length === 2 ? [1] : classes.map((_, c) => c);
  return shown
    .filter((c) => truth.some((own) => own === c) && truth.some((own) => own !== c))
    .map((c) => {
      const scores = Float64Array.from(truth, (_, row) => probabilities[row * classes.length + c]);
      return { name: String(classes[c]), points: curve(scores, (row) => truth[row] === c) };
    });
}

const curveMarks = (curves: readonly { points: Point[] }[]) =>
  curves.map(({ points }, i) => curveMark(thinned(points), i));

/** The line of a series by its number, which has its colour and its dashes. */
const curveMark = (points: Plot.Data, series: number) => {
  const { color, dash } = lookOf(series);
  const stroke = { stroke: color, strokeWidth: 1.8, strokeDasharray: dash };
  return Plot.line(points, { x: 'x', y: 'y', ...stroke });
};

const legendOf = (curves: readonly { name: string }[]) =>
  curves.length > 1 ? { legend: curves.map(({ name }, i) => ({ ...lookOf(i), text: name })) } : {};

export function rocFigure(exam: Exam): Figure | null {
  if (exam.classes === undefined || exam.classes.length > MOST_CURVES) return null;
  const curves = curvesOf(exam, rocCurve);
  if (curves.length === 0) return null;
  const areas = curves.map(({ name, points }) => `${name} ${areaUnder(points).toFixed(4)}`);
  return drawn({
    id: 'roc',
    title: 'ROC',
    caption: `The share of a class that is found, over the share of the others that is taken for it. Area: ${areas.join('; ')}.`,
    label: `ROC curves; area ${areas.join('; ')}.`,
    options: {
      x: { label: 'Others taken for it', ...unit },
      y: { label: 'Found', ...unit },
      ...legendOf(curves),
      marks: [diagonal(), ...curveMarks(curves)],
    },
    columns: ['Class', 'Others taken for it', 'Found'],
    rows: curves.flatMap(({ name, points }) =>
      thinned(points, 12).map(({ x, y }) => [name, percent(x), percent(y)]),
    ),
  });
}

export function precisionFigure(exam: Exam): Figure | null {
  if (exam.classes === undefined || exam.classes.length > MOST_CURVES) return null;
  const curves = curvesOf(exam, precisionRecall);
  if (curves.length === 0) return null;
  return drawn({
    id: 'precision',
    title: 'Precision and recall',
    caption:
      'The share of what is taken for a class that is right, over the share of the class that is found.',
    label: `Precision over recall for ${curves.map(({ name }) => name).join(', ')}.`,
    options: {
      x: { label: 'Recall', ...unit },
      y: { label: 'Precision', ...unit },
      ...legendOf(curves),
      marks: curveMarks(curves),
    },
    columns: ['Class', 'Recall', 'Precision'],
    rows: curves.flatMap(({ name, points }) =>
      thinned(points, 12).map(({ x, y }) => [name, percent(x), percent(y)]),
    ),
  });
}

/** More dots are not seen. */
const MOST_DOTS = 600;

/** Predicted numbers over true ones, and the interval around them. */
export function residualFigures(
  exam: Exam,
  /** Where the rows are in the file, from 0. */
  places: ArrayLike<number>,
  target: string,
  bound: number | undefined,
  coverage: number,
): Figure[] {
  if (exam.classes !== undefined) return [];
  const all = Array.from(exam.truth, (y, i) => ({
    y,
    said: exam.predictions[i],
    off: exam.predictions[i] - y,
  }));
  const dots = thinned(all, MOST_DOTS);
  const ends = [...all.map(({ y }) => y), ...all.map(({ said }) => said)];
  const domain = [ends.reduce((a, b) => Math.min(a, b)), ends.reduce((a, b) => Math.max(a, b))];
  const band = bound === undefined ? [] : [-bound, bound];
  const within =
    bound === undefined ? '' : ` The band holds ${percent(coverage)} of them: ± ${figure(bound)}.`;
  const sorted = Float64Array.from(all, ({ off }) => off).sort();
  const quantiles = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99].map((share) => [
    percent(share),
    figure(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]),
  ]);
  return [
    drawn({
      id: 'predicted',
      title: 'Predicted and true',
      caption: `On rows that the model was not trained on.${within}`,
      label: `Predicted over true ${target}.`,
      options: {
        x: { label: `True ${target}`, domain, tickFormat: plain, ticks: 5, ...quietGrid },
        y: { label: `Predicted ${target}`, domain, tickFormat: plain, ticks: 5, ...quietGrid },
        marks: [
          Plot.line(
            [domain, domain].map((_, i) => [domain[i], domain[i]]),
            { stroke: 'var(--muted)', strokeDasharray: '3 3' },
          ),
          ...band.map((shift) =>
            Plot.line(
              domain.map((end) => [end, end + shift]),
              { stroke: 'var(--peer)', strokeDasharray: '6 3', clip: true },
            ),
          ),
          Plot.dot(dots, { x: 'y', y: 'said', r: 2.5, fill: first.color, fillOpacity: 0.55 }),
        ],
      },
      columns: ['Row', 'True', 'Predicted'],
      rows: thinned(
        all.map(({ y, said }, i) => [count(places[exam.rows[i]] + 1), figure(y), figure(said)]),
        20,
      ),
    }),
    drawn({
      id: 'residuals',
      title: 'Residuals',
      caption: 'How far predictions are from the truth, and how often.',
      label: `A histogram of the residuals of ${target}.`,
      options: {
        x: { label: 'Predicted − true', tickFormat: plain, ticks: 5, labelArrow: 'none' },
        y: { label: 'Rows', tickFormat: plain, ...quietGrid },
        marks: [
          Plot.rectY(
            all,
            Plot.binX({ y: 'count' }, {
              x: 'off',
              fill: first.color,
              thresholds: 30,
              inset: 0.5,
            } as never),
          ),
          Plot.ruleX([0], { stroke: 'currentColor', strokeOpacity: 0.5 }),
        ],
      },
      columns: ['Share below', 'Predicted − true'],
      rows: quantiles,
    }),
  ];
}

/** How much the score falls where a column is shuffled. */
export function importanceFigure(
  importances: readonly { column: string; mean: number; deviation: number }[],
): Figure | null {
  if (importances.length === 0) return null;
  const shown = importances.slice(0, 20);
  const left = Math.min(
    150,
    14 + 6.6 * Math.max(...shown.map(({ column }) => Math.min(column.length, 20))),
  );
  const short = (column: string) => (column.length > 20 ? `${column.slice(0, 19)}…` : column);
  return drawn({
    id: 'importances',
    title: 'What the model goes by',
    caption:
      'How much the score falls where the values of a column are shuffled among rows that the model was not trained on. Columns that say the same stand in for each other.',
    label: `Importances: ${shown
      .slice(0, 5)
      .map(({ column, mean }) => `${column} ${figure(mean)}`)
      .join('; ')}.`,
    height: 70 + 20 * shown.length,
    options: {
      marginLeft: left,
      x: { label: 'The score falls by', tickFormat: plain, ticks: 4, ...quietGrid },
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
    columns: ['Column', 'The score falls by', 'Deviation'],
    rows: importances.map(({ column, mean, deviation }) => [
      column,
      figure(mean),
      figure(deviation),
    ]),
  });
}

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
