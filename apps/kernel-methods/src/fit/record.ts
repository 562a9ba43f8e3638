import type { Calibration } from '@kernel-methods/models';
import { count, plural } from '@kernel-methods/report';
import type { Question } from '@kernel-methods/search';
import type { ColumnLook } from '../data/look.ts';
import type { InputColumn, ModelRecord, ScoreRecord } from '../model/model-record.ts';
import { classScores } from './class-scores.ts';
import type { Exam } from './exam.ts';
import type { Found } from './fit-table.ts';
import { inWords } from './words.ts';

interface Known {
  readonly question: Question;
  readonly targetColumns: readonly string[] | undefined;
  readonly metric: string;
  readonly looks: readonly ColumnLook[];
  readonly interval: number | undefined;
  readonly program: string;
  readonly isSparse: boolean;
  readonly files: readonly string[];
  readonly reading: ModelRecord['reading'];
}

/** What is saved beside a model. */
export function recordOf(
  found: Pick<
    Found,
    'model' | 'machine' | 'settings' | 'exams' | 'importance' | 'search' | 'rejecting'
  >,
  { question, targetColumns, metric, looks, interval, program, files, reading, isSparse }: Known,
): ModelRecord {
  const { target, task, labels, seed, table } = question;
  const { model, machine, settings, exams, importance } = found;
  const scored = found.search[0];
  // Of classes only where they are asked for: an interval says what a number alone does not.
  const shared = interval ?? (task === 'regression' ? USUAL : undefined);
  // A search that was stopped has its own scores alone.
  const chosen = exams.chosen
    ? scoreRecord(exams.chosen)
    : scored && { mean: scored.mean, deviation: scored.deviation, scores: [] };
  return {
    version: 1,
    createdAt: new Date().toISOString(),
    ...{ target, ...(targetColumns && { targetColumns }), task, metric, seed, rows: table.rows },
    ...(model.classes && { classes: [...model.classes] }),
    ...(labels && { labelSeparator: labels.separator }),
    columns: looks.filter(({ role }) => role === 'used').map(inputColumn),
    ...{ machine, settings, description: inWords(machine) },
    scores: {
      chosen,
      baseline: exams.baseline && scoreRecord(exams.baseline),
      linear: exams.linear && scoreRecord(exams.linear),
    },
    ...(exams.chosen?.classes && { perClass: classScores(exams.chosen) }),
    isSparse,
    importances: (importance?.columns ?? [])
      .map(({ column, mean, deviation }) => ({ column, mean, deviation }))
      .sort((a, b) => b.mean - a.mean),
    // What conformal prediction promises is of one class, or a number.
    ...(exams.chosen && !labels && { calibration: calibrationOf(exams.chosen, interval ?? USUAL) }),
    ...(shared !== undefined && { interval: shared }),
    ...(found.rejecting && { rejecting: found.rejecting }),
    ...{ files, reading },
    program,
  };
}

const scoreRecord = ({ mean, deviation, scores }: Exam): ScoreRecord => ({
  mean,
  deviation,
  scores,
});

function inputColumn({ name, type, missing, min, max, top }: ColumnLook): InputColumn {
  return {
    ...{ name, type, hasBlanks: missing > 0 },
    ...(type === 'category' && top && { levels: top.map(({ value }) => value) }),
    ...((type === 'number' || type === 'date') && min !== undefined && { min, max: max! }),
  };
}

/** How often intervals hold the truth where nothing else is said. */
const USUAL = 0.9;

/**
 * What to say where intervals or sets are to hold the truth more often than the rows can tell: with n errors,
 * those of a coverage above n / (n + 1) have no end.
 */
export function endlessNote(
  calibration: Calibration | undefined,
  coverage: number | undefined,
): string | undefined {
  if (calibration === undefined || coverage === undefined) return undefined;
  const errors = calibration.scores['']?.length ?? 0;
  // The share as a decimal, not as float64 has it.
  const needed = Math.ceil(Number((1 / (1 - coverage) - 1).toPrecision(12)));
  if (errors >= needed) return undefined;
  return `--interval ${coverage} needs the errors of ${count(needed)} rows or more: of the ${count(errors)} that there are, intervals have no end, and sets hold all classes.`;
}

/** What to say of machines of the search that could not be trained, if there are any. */
export function failuresNote({ failures }: Pick<Found, 'failures'>): string | undefined {
  const [first] = failures;
  if (first === undefined) return undefined;
  const why = first instanceof Error ? first.message : String(first);
  return `${plural(failures.length, 'machine')} could not be trained and ${failures.length === 1 ? 'is' : 'are'} left out: ${why}`;
}

/** As many errors tell where the bounds lie. */
const MOST_ERRORS = 2000;

/**
 * The errors on rows that the model was not trained on, as `conformal` takes them: |y − f(x)| of numbers,
 * and of classes what is missing to 1 in the probability of the true one.
 */
function calibrationOf(
  { truth, predictions, probabilities, classes }: Exam,
  coverage: number,
): Calibration {
  const error = classes
    ? (own: number, i: number) => 1 - probabilities[i * classes.length + own]
    : (own: number, i: number) => Math.abs(own - predictions[i]);
  const errors = Float64Array.from(truth, error).sort();
  const count = Math.min(MOST_ERRORS, errors.length);
  // Evenly among all, the greatest included: bounds are rather too wide than too narrow.
  const kept = Array.from(
    { length: count },
    (_, i) => errors[Math.ceil(((i + 1) * errors.length) / count) - 1],
  );
  return { kind: 'conformal', version: 1, coverage, scores: { '': kept } };
}
