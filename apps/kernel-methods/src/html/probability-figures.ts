import { count, percent } from '@kernel-methods/report';
import type { Figure } from '@kernel-methods/report/page';
import { dotStyle } from '@kernel-methods/report/plots';
import * as Plot from '@observablehq/plot';
import type { Exam } from '../fit/exam.ts';
import {
  areaUnder,
  calibrationBins,
  type Point,
  precisionRecall,
  rocCurve,
  thinned,
} from './curves.ts';
import { curveMarks, drawn, first, legendOf, MOST_CURVES, unit } from './drawn.ts';

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

export function rocFigure(exam: Exam): Figure | null {
  if (exam.classes === undefined || exam.classes.length > MOST_CURVES) return null;
  const curves = curvesOf(exam, rocCurve);
  if (curves.length === 0) return null;
  const areas = curves.map(({ name, points }) =>
    [...(curves.length > 1 ? [name] : []), areaUnder(points).toFixed(4)].join(' '),
  );
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
