import {
  type Fold,
  gridSearch,
  KernelModel,
  ridgeSearch,
  SelectionAbortedError,
} from '@kernel-methods/models';
import { foldsOf, sampleOf } from './folds.ts';
import { layerOf, paramsOf, type Settings } from './machine.ts';
import { partTask, type Question, rowsOf } from './question.ts';

/** Some rows of a question, and their folds: plain data that says the same wherever the question is known. */
export interface Part {
  /** The most rows. */
  readonly most: number;
  readonly division?: {
    readonly folds: number;
    /** Divisions, one after the other. */
    readonly times: number;
    /** The most folds of all of them. */
    readonly most?: number;
  };
}

/** What is measured at once, as plain data. */
export type Job =
  /** By cross-validation, machines with one map and one loss: they share its features. */
  | { readonly kind: 'folds'; readonly part: Part; readonly settings: readonly Settings[] }
  /** By the least of the leave-one-out errors of ridge regression with some penalties, one machine. */
  | {
      readonly kind: 'leftOut';
      readonly part: Part;
      readonly settings: readonly [Settings];
      readonly penalties: readonly number[];
    };

/** What is known of one of a job's machines: what an abort has kept from being measured is not there. */
export type Measured = { readonly at: number } & (
  | { readonly mean: number; readonly deviation: number; readonly seconds: number }
  | { readonly failure: string }
);

export interface MeasureOptions {
  /** Ends it; what has been measured by then was told. */
  readonly signal?: AbortSignal;
  /** Told of each job as soon as it is done, in any order. It may end the rest by returning false. */
  readonly onMeasured: (job: number, measured: readonly Measured[]) => boolean;
}

/** Who measures: this process, or others that know the question. */
export type Measure = (jobs: readonly Job[], options: MeasureOptions) => Promise<void>;

/** The rows and folds of a part. */
export function partOf(whole: Question, { most, division }: Part): Divided {
  const question = rowsOf(whole, sampleOf(whole, most));
  return { question, folds: division ? foldsOf(question, division).slice(0, division.most) : [] };
}

interface Divided {
  readonly question: Question;
  readonly folds: readonly Fold[];
}

/** Measures one job after the other, here. */
export function measureHere(question: Question): Measure {
  const measure = measurerOf(question);
  return async (jobs, { signal, onMeasured }) => {
    for (const [i, job] of jobs.entries()) {
      if (signal?.aborted) return;
      if (!onMeasured(i, await measure(job, signal))) return;
    }
  };
}

/** Measures a job about a question. Machines that fail say why; only what is not theirs is thrown. */
export function measurerOf(
  whole: Question,
): (job: Job, signal?: AbortSignal) => Promise<Measured[]> {
  // One part is asked for many times in a row.
  let last: { readonly key: string; readonly divided: Divided } | undefined;
  return async (job, signal) => {
    const key = JSON.stringify(job.part);
    if (last?.key !== key) last = { key, divided: partOf(whole, job.part) };
    const { divided } = last;
    return job.kind === 'folds'
      ? byFolds(divided, job.settings, signal)
      : byRowsLeftOut(divided.question, job, signal);
  };
}

type Candidates = Awaited<ReturnType<typeof gridSearch>>['candidates'];

async function byFolds(
  { question, folds }: Divided,
  settings: readonly Settings[],
  signal: AbortSignal | undefined,
): Promise<Measured[]> {
  const { table, target, scoring, weights } = question;
  const layer = layerOf(settings[0]);
  const params = settings.map((one) => paramsOf(one, layer));
  const grids = params.map((one) =>
    Object.fromEntries(Object.entries(one).map(([option, value]) => [option, [value]])),
  );
  const measured = (candidates: Candidates): Measured[] =>
    candidates.flatMap(
      ({ params: { loss, solver, l2 }, mean, deviation, seconds, error }): Measured[] => {
        const at = params.findIndex(
          (one) => one.loss === loss && one.solver === solver && one.l2 === l2,
        );
        const failed = error === undefined ? [] : [{ at, failure: messageOf(error) }];
        return Number.isNaN(mean) ? failed : [...failed, { at, mean, deviation, seconds }];
      },
    );
  try {
    const { candidates } = await gridSearch(
      new KernelModel<string>({ task: partTask(question) }),
      grids,
      table,
      target,
      {
        ...{ folds, scoring, refit: false, stopEarly: false },
        ...(weights && { fitOptions: { sampleWeight: weights } }),
        ...(signal && { signal }),
      },
    );
    return measured(candidates);
  } catch (error) {
    if (!(error instanceof SelectionAbortedError)) return [{ at: 0, failure: messageOf(error) }];
    const { candidates = [] } = (error.partial ?? {}) as { candidates?: Candidates };
    return measured(candidates);
  }
}

async function byRowsLeftOut(
  { table, target, weights, ...asked }: Question,
  { settings: [settings], penalties }: Extract<Job, { kind: 'leftOut' }>,
  signal: AbortSignal | undefined,
): Promise<Measured[]> {
  const start = performance.now();
  const { features, loss, solver, seed } = paramsOf(settings);
  try {
    const { points, best } = await ridgeSearch(
      new KernelModel<never>({ task: partTask(asked), features, loss, solver, seed }),
      penalties,
      table,
      target,
      { ...(signal && { signal }), ...(weights && { sampleWeight: weights }) },
    );
    best.dispose();
    const mean = -Math.min(...points.map(({ looLoss }) => looLoss));
    return [{ at: 0, mean, deviation: 0, seconds: (performance.now() - start) / 1000 }];
  } catch (error) {
    return signal?.aborted ? [] : [{ at: 0, failure: messageOf(error) }];
  }
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
