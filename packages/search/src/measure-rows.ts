import { KernelModel } from '@kernel-methods/models';
import { tableEncoder } from '@kernel-methods/tables';
import { sampleOf } from './folds.ts';
import { type KernelName, kernels } from './parts.ts';
import { classesOf, partTask, type Question, rowsOf } from './question.ts';

/** Rows whose distances are measured: all pairs, in all columns, of which sparse rows have many. */
const [MEASURED_ROWS, MEASURED_SPARSE_ROWS] = [400, 150];

/** The median distances between rows, as `fit` finds them, and whether the coded rows are sparse. */
export async function measureRows(question: Question): Promise<{
  readonly medians: Readonly<Partial<Record<KernelName, number>>>;
  readonly isSparse: boolean;
}> {
  const { table, target } = question;
  const { sparse: isSparse, width } = tableEncoder().fit(table, { target });
  if (width === 0) return { medians: {}, isSparse: false };
  const some = someOf(question, isSparse ? MEASURED_SPARSE_ROWS : MEASURED_ROWS);
  // Kernels of the same norm have the same median.
  const ofNorms = new Map<unknown, number>();
  const medians: Partial<Record<KernelName, number>> = {};
  for (const [name, make] of Object.entries(kernels) as [KernelName, () => { norm: unknown }][]) {
    const { norm } = make();
    const median = ofNorms.get(norm) ?? (await medianOf(some, name));
    ofNorms.set(norm, median);
    medians[name] = median;
  }
  return { medians, isSparse };
}

/** A sample, unless it would have one class alone, of which no model is made. */
function someOf(question: Question, count: number): Question {
  const some = rowsOf(question, sampleOf(question, count));
  return question.task === 'classification' && classesOf(some) < 2 ? question : some;
}

async function medianOf(question: Question, kernel: KernelName): Promise<number> {
  const model = new KernelModel<number | string>({
    ...{ features: kernel, outputDim: 1, task: partTask(question), loss: 'meanSquaredError' },
    standardize: false,
  });
  try {
    const { settings } = await model.fit(question.table, question.target);
    return settings.scale as number;
  } finally {
    model.dispose();
  }
}
