import { type Kernel, nystroem } from '../../../features/src/index.ts';
import {
  type Fold,
  gridSearch,
  type KernelModel,
  KernelRidge,
  KernelSVM,
  type Scorer,
  type SearchParams,
  stratifiedKFold,
} from '../../../models/src/index.ts';
import { kernels, penalties, SVM_ROWS, shares } from '../../../search/src/index.ts';
import type { Column, Table } from '../../src/index.ts';

/** A table, and what is to be said of it. */
export interface Question {
  readonly table: Table;
  readonly target: string;
  readonly task: 'classification' | 'regression';
  readonly scoring?: Scorer;
}

/** More rows are not looked at in the search. */
const MOST_ROWS = 4000;

/** As many rows are tested, if need be by dividing them into folds several times. */
const TESTED_ROWS = 2000;
const MOST_DIVISIONS = 4;
const FOLDS = 5;

/** The most landmarks in the search, and of the model that it ends with. */
const [LANDMARKS, LAST_LANDMARKS] = [2000, 3600];

interface Choice {
  readonly kernel: Kernel;
  /** Ridge regression finds its own penalty. */
  readonly c?: number;
}

/**
 * The best settings of `KernelSVM` for the classes of a few thousand rows, or of `KernelRidge` for
 * numbers and for more rows: a grid of kernels and their scales, for the SVM also of its penalty, by
 * cross-validation. The kernel machines are exact, or with landmarks for many rows.
 */
export async function searched(question: Question): Promise<KernelModel> {
  const { target, task, scoring } = question;
  const table = sample(question);
  const isRidge = task === 'regression' || question.table.rows > SVM_ROWS;
  const model: KernelModel = isRidge ? new KernelRidge<number>({ task }) : new KernelSVM();
  const choices: Choice[] = [];
  for (const kernel of await scaledKernels(table, question)) {
    if (isRidge) choices.push({ kernel });
    else choices.push(...penalties.map((c) => ({ kernel, c })));
  }
  const folds = foldsOf(table, target, task);
  const rows = Math.min(...folds.map(({ train }) => train.length));
  const settings = choices.map((choice) => settingsOf(choice, rows, LANDMARKS));
  const grids = settings.map(({ features, l2 }) => ({ features: [features], l2: [l2] }));
  const { params } = await gridSearch(model as KernelSVM, grids, table, target, {
    ...{ folds, refit: false },
    ...(scoring && { scoring }),
  });
  const best = settings.findIndex(
    ({ features, l2 }) => features === params.features && l2 === params.l2,
  );
  return model.setParams(settingsOf(choices[best], question.table.rows, LAST_LANDMARKS));
}

/** The kernel machine, exact if there are no more rows than landmarks. */
function settingsOf({ kernel, c }: Choice, rows: number, landmarks: number): SearchParams {
  // The rows of another division may be some fewer.
  const outputDim = Math.min(landmarks, Math.floor(0.98 * rows));
  return { features: nystroem({ outputDim, kernel }), l2: c && 1 / (c * rows) };
}

/** Each kernel at parts of what `fit` takes for its scale where none is given. */
async function scaledKernels(table: Table, { target, task }: Question): Promise<Kernel[]> {
  const scaled: Kernel[] = [];
  for (const [name, kernel] of Object.entries(kernels)) {
    const features = name as keyof typeof kernels;
    const model = new KernelRidge<number | string>({ features, outputDim: 1, task });
    const { settings } = await model.fit(table, target);
    model.dispose();
    scaled.push(...shares.map((share) => kernel({ scale: share * settings.scale! })));
  }
  return scaled;
}

/** As many rows as a search has time for. */
function sample({ table, target, task }: Question): Table {
  if (table.rows <= MOST_ROWS) return table;
  const stratify = task === 'classification' ? { stratify: target } : {};
  return table.trainTestSplit({ testSize: MOST_ROWS, ...stratify }).test;
}

function foldsOf(table: Table, target: string, task: Question['task']): Fold[] {
  const { rows } = table;
  const labels = task === 'classification' ? labelsOf(table.column(target)) : new Uint8Array(rows);
  const times = Math.min(MOST_DIVISIONS, Math.ceil(TESTED_ROWS / rows));
  return Array.from({ length: times }, (_, seed) =>
    stratifiedKFold(labels, { folds: FOLDS, seed }),
  ).flat();
}

/** The classes' numbers. */
export function labelsOf(column: Column): ArrayLike<number> {
  return column.type === 'category' ? column.codes : (column.values as ArrayLike<number>);
}
