import { count, minus, percent, plural, seconds as secondsText } from '@kernel-methods/report';
import {
  confusionStyle,
  confusionTable,
  type Figure,
  figureMarkup,
  figureSection,
  html,
  type Markup,
  pageText,
  section,
  tableMarkup,
} from '@kernel-methods/report/page';
import type { Column } from '@kernel-methods/tables';
import { isBlank } from '../data/blanks.ts';
import { spreadText } from '../data/look.ts';
import type { Prepared } from '../data/prepare.ts';
import { confusionOf, worstFirst } from '../fit/class-scores.ts';
import type { Exam } from '../fit/exam.ts';
import type { Result } from '../fit/result.ts';
import { asRead, baselineName, figure, inWords, meanText, metricTitle } from '../fit/words.ts';
import type { ClassScore } from '../model/model-record.ts';
import { effectFigure, importanceFigure } from './column-figures.ts';
import { calibrationFigure, precisionFigure, rocFigure } from './probability-figures.ts';
import { residualFigures } from './residual-figures.ts';
import { learningFigure, searchFigure, whyNoCurve } from './search-figures.ts';

/** A fit as one page that opens without a network. */
export function fitPage(result: Result): string {
  const { prepared, record, found, effects } = result;
  const { metric, target, calibration } = record;
  // What is said of several labels is neither right nor wrong as a whole: they have a table of their own.
  const { chosen } = found.exams;
  const exam = chosen?.hasSeveral ? undefined : chosen;
  const { table } = prepared.question;
  const sections = [
    section('columns', 'Columns', columnsTable(result)),
    figureOf(searchFigure(found, metric)),
    section('candidates', 'Candidates', candidatesTable(result)),
    figureOf(learningFigure(found, metric, table.rows)) ??
      section(
        'learning',
        'Learning curve',
        html`<p class="quiet">${whyNoCurve(found, table.rows)}</p>`,
      ),
    section(
      'classes',
      chosen?.hasSeveral ? 'Labels' : 'Classes',
      classesTable(record.perClass ?? [], chosen?.hasSeveral ? 'Label' : 'Class'),
    ),
    exam && section('confusion', 'What was taken for what', confusion(exam)),
    exam &&
      section(
        'probabilities',
        'Probabilities',
        pair([calibrationFigure(exam), rocFigure(exam), precisionFigure(exam)]),
      ),
    exam &&
      section(
        'errors',
        'Errors',
        pair(
          residualFigures(exam, prepared.rows, target, boundOf(result), calibration?.coverage ?? 0),
        ),
      ),
    figureOf(importanceFigure(record.importances, record.task)),
    section(
      'effects',
      'How predictions change',
      pair(effects.map((one, i) => effectFigure(one, target, i, record.task === 'multilabel'))),
    ),
    exam &&
      section(
        'worst',
        'The worst rows',
        worstRows(
          exam,
          prepared,
          record.importances.map(({ column }) => column),
          target,
        ),
      ),
    section(
      'program',
      'The same model as a program',
      html`<pre class="scroll" tabindex="0"><code>${record.program}</code></pre>`,
    ),
  ].filter((one) => one !== null && one !== undefined);
  return pageText({
    title: `${target}: ${record.task} of ${plural(record.rows, 'row')}`,
    head: head(result),
    sections,
    foot: 'Made by kernel-methods. Everything is in this file; nothing is loaded.',
    style: confusionStyle + style,
  });
}

const figureOf = (one: Figure | null) => one && figureSection(one);

function pair(figures: readonly (Figure | null)[]): Markup | null {
  const shown = figures.filter((one) => one !== null);
  if (shown.length === 0) return null;
  return html`<div class="pair">
${shown.map((one) => figureMarkup(one, 3))}</div>`;
}

function head({ files, record, found, seconds }: Result): Markup {
  const { scores, metric, task, createdAt, description } = record;
  const tile = (name: string, value: string, note: string) =>
    html`<div><dt>${name}</dt><dd>${value}</dd><dd class="quiet">${note}</dd></div>`;
  const read = (score: number) => figure(asRead(metric, score));
  return html`<p class="quiet"><time datetime="${createdAt}">${createdAt.slice(0, 16).replace('T', ' ')} UTC</time> · ${files.join(', ')} · ${plural(record.rows, 'row')}</p>
${found.stopped === 'signal' && html`<p class="note">Stopped before its end: the best by then is here.</p>`}
<dl class="tiles">${[
    scores.chosen &&
      tile(
        `This model: ${metricTitle(metric)}`,
        read(scores.chosen.mean),
        `± ${figure(scores.chosen.deviation)}; ${description}`,
      ),
    scores.linear &&
      tile('A linear model', read(scores.linear.mean), `± ${figure(scores.linear.deviation)}`),
    scores.baseline &&
      tile(
        baselineName[task].replace(/^t/, 'T'),
        read(scores.baseline.mean),
        `± ${figure(scores.baseline.deviation)}`,
      ),
    record.rejecting &&
      tile(
        'Rows that get a class',
        percent(record.rejecting.kept),
        `${percent(record.rejecting.right)} of them the right one; the others are “none of these”`,
      ),
    tile('Time', secondsText(seconds), `${plural(found.search.length, 'score')} in the search`),
  ]}</dl>`;
}

function columnsTable({ looks }: Result): Markup {
  return tableMarkup('Columns', {
    columns: ['Column', 'Taken for', 'Holds', 'Blank', 'Note'],
    rows: looks.map((look) => [
      look.name,
      look.role === 'used'
        ? look.type
        : look.role === 'target'
          ? `${look.type}, the target`
          : 'left out',
      html`${spreadText(look)}`,
      look.missing === 0 ? '' : count(look.missing),
      look.leak !== undefined
        ? html`<strong>${look.leak}</strong>`
        : html`${look.odd.filter((text) => !text.endsWith('blank')).join('; ')}`,
    ]),
  });
}

const MOST_CANDIDATES = 15;

function candidatesTable({ found, record }: Result): Markup {
  return tableMarkup('Candidates', {
    columns: ['Candidate', metricTitle(record.metric), 'Rows', 'Seconds'],
    rows: found.search
      .slice(0, MOST_CANDIDATES)
      .map((score) => [
        inWords(score.machine),
        meanText(record.metric, score),
        count(score.rows),
        score.seconds.toFixed(2),
      ]),
  });
}

/** Of more classes, the others have a table that can be opened. */
const WORST_CLASSES = 15;

/** How well each class is found, the worst first. */
function classesTable(scores: readonly ClassScore[], name: 'Class' | 'Label'): Markup | null {
  if (scores.length === 0) return null;
  const isSingle = name === 'Class';
  const table = (title: string, some: readonly ClassScore[]) =>
    tableMarkup(title, {
      columns: [
        name,
        'F1',
        'Precision',
        'Recall',
        'Rows',
        ...(isSingle ? ['Taken for (rows)'] : []),
      ],
      rows: some.map(({ label, f1, precision, recall, rows, takenFor }) => [
        label,
        ...[figure(f1), percent(precision), percent(recall), count(rows)],
        ...(isSingle ? [takenFor ? `${takenFor.label} (${count(takenFor.rows)})` : ''] : []),
      ]),
    });
  const worst = worstFirst(scores);
  const [shown, others] = [worst.slice(0, WORST_CLASSES), worst.slice(WORST_CLASSES)];
  const several = isSingle ? 'classes' : 'labels';
  return html`<p class="quiet">On rows that the model was not trained on; what is found worst comes first.${isSingle && ' Beside each class is the other one that most of its rows are taken for, and how many are.'}</p>
${table(`The ${several}`, shown)}${
  others.length > 0 &&
  html`
<details>
<summary>${count(others.length)} more ${several}, which are found better</summary>
${table(`More ${several}`, others)}
</details>`
}`;
}

/** More classes do not fit a page. */
const MOST_CLASSES = 30;

function confusion(exam: Exam): Markup | null {
  const { classes, truth, predictions } = exam;
  if (classes === undefined || classes.length > MOST_CLASSES) return null;
  const counts = confusionOf(truth, predictions, classes.length);
  return confusionTable(counts, 'the model', classes.map(String));
}

/** Half the width of an interval. */
function boundOf({ record: { calibration } }: Result): number | undefined {
  const errors = calibration?.scores[''];
  if (!calibration || !errors) return undefined;
  const rank = Math.ceil((errors.length + 1) * calibration.coverage);
  return rank > errors.length ? undefined : (errors[rank - 1] ?? undefined);
}

const [MOST_ROWS, MOST_VALUES] = [12, 4];

/** The rows that are furthest from right, with the columns that matter most. */
function worstRows(
  exam: Exam,
  { question: { table }, rows: places }: Prepared,
  importances: readonly string[],
  target: string,
): Markup {
  const { classes, truth, predictions, probabilities, rows } = exam;
  const width = classes?.length ?? 0;
  const off = (i: number) =>
    classes ? 1 - probabilities[i * width + truth[i]] : Math.abs(predictions[i] - truth[i]);
  const order = Array.from(rows.keys())
    .sort((a, b) => off(b) - off(a))
    .slice(0, MOST_ROWS);
  const name = (value: number) => (classes ? String(classes[value]) : figure(value));
  // A true number as the file has it, not with the digits of what is computed.
  const own = (value: number) => (classes ? name(value) : minus(`${value}`));
  const shown = (
    importances.length > 0 ? importances : table.names.filter((one) => one !== target)
  ).slice(0, MOST_VALUES);
  const cell = (column: Column, row: number) => {
    if (isBlank(column, row)) return '–';
    const value = table.row(row)[column.name];
    const text = value instanceof Date ? value.toISOString().slice(0, 10) : String(value);
    return text.length > 80 ? `${text.slice(0, 80)}…` : text;
  };
  return html`<p class="quiet">${classes ? 'By the probability of their class.' : 'By the distance of the prediction.'} The rows of the file count from 1, without its header.</p>
${tableMarkup('The worst rows', {
  columns: [
    'Row',
    target,
    classes ? 'Taken for' : 'Predicted',
    classes ? 'Probability of its class' : 'Off by',
    ...shown,
  ],
  rows: order.map((i) => [
    count(places[rows[i]] + 1),
    own(truth[i]),
    name(predictions[i]),
    classes ? percent(1 - off(i)) : figure(off(i)),
    ...shown.map((column) => cell(table.column(column) as Column, rows[i])),
  ]),
})}`;
}

const style = `pre { font-size: 0.875rem; line-height: 1.5; padding: 0.9rem 1.1rem; border-radius: 10px; }
pre.scroll { --under: var(--card); }
/* On a phone the table scrolls: a word on each line cannot be read. */
#candidates tbody th { min-width: 15rem; }
#columns td:nth-child(3) { min-width: 14rem; }
#columns td:nth-child(5) { min-width: 11rem; }
`;
