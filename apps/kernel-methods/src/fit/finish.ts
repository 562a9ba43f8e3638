import {
  KernelModel,
  type PermutationImportance,
  permutationImportance,
} from '@kernel-methods/models';
import {
  foldsOf,
  type Ground,
  keyOf,
  linearFor,
  type Machine,
  modelTask,
  paramsOf,
  partTask,
  type Question,
  type Settings,
  settingsOf,
} from '@kernel-methods/search';
import type { Table } from '@kernel-methods/tables';
import type { Answer } from '../model/answer.ts';
import type { Rejecting } from '../model/model-record.ts';
import { baselineAnswer, type Exam, examine, modelAnswer } from './exam.ts';
import { type LearningPoint, learningPoints } from './learning.ts';
import { foldCount, importanceRows, outputDimOf } from './plan-finish.ts';
import { type RejectAsked, RejectionExam, rejectScoreOf } from './rejection.ts';

/** A model on all rows, and what it and others say of rows that they were not trained on. */
export interface Finished {
  /** The caller disposes of it. */
  readonly model: KernelModel;
  /** Missing where there was no time for them. */
  readonly exams: Readonly<Partial<Record<'chosen' | 'linear' | 'baseline', Exam>>>;
  readonly importance?: PermutationImportance;
  /** Missing where it is not asked for, or there was no time. */
  readonly rejecting?: Rejecting;
  /** The same machine on fewer rows, where it is asked for. */
  readonly learning?: readonly LearningPoint[];
}

/** Fits a model to all rows. */
export type FitAll = (
  model: KernelModel,
  onProgress: (done: number, total: number) => void,
) => Promise<void>;

export interface FinishOptions {
  readonly machine: Machine;
  readonly settings: Settings;
  groundOf(rows: number, features: number): Ground;
  readonly isSparse: boolean;
  readonly metric: string;
  /** Whether the model is to say "none of these", and of how many rows. */
  readonly reject?: RejectAsked;
  /** Whether the machine is to be scored on fewer rows too, if there is time. */
  readonly learning?: boolean;
  /** How the model is fitted to all rows; here, if it is left out. */
  readonly fitAll?: FitAll;
  /** Seconds that are left; Infinity where the result must repeat. */
  left(): number;
  /** Ends the scores; the model is made all the same. */
  readonly signal: AbortSignal;
  readonly onPhase?: (name: string, done: number, total: number) => void;
  /** Is given a model and rows that it was not trained on, before the model goes. */
  readonly onHeldOut?: (
    model: KernelModel,
    rows: Table,
    /** Those that matter most come first. */
    columns: readonly string[],
  ) => Promise<void>;
}

/** Seeds of the folds that models are scored on: others than those that the search has seen. */
const OTHER_FOLDS = 100;

/** Fits a machine to all rows, and examines it beside a linear one and a baseline. */
export async function finish(question: Question, options: FinishOptions): Promise<Finished> {
  const {
    machine,
    settings,
    groundOf,
    isSparse,
    metric,
    left,
    signal,
    onPhase = () => {},
  } = options;
  const { table, target, weights } = question;
  const {
    fitAll = async (one: KernelModel) =>
      void (await one.fit(table, target, weights ? { sampleWeight: weights } : {})),
  } = options;
  const onFitted = (done: number, total: number) => onPhase('the model on all rows', done, total);
  onFitted(0, 1);
  const start = performance.now();
  const model = new KernelModel<string>({
    task: modelTask(question),
    ...paramsOf(settings),
  }) as KernelModel;
  try {
    await fitAll(model, onFitted);
  } catch (error) {
    model.dispose();
    throw error;
  }
  const fitSeconds = (performance.now() - start) / 1000;

  const exams: Partial<Record<'chosen' | 'linear' | 'baseline', Exam>> = {};
  let importance: PermutationImportance | undefined;
  let rejecting: Rejecting | undefined;
  let learning: LearningPoint[] | undefined;
  try {
    const count = foldCount(table.rows, fitSeconds, left() * 0.7);
    const folds = foldsOf(question, { from: OTHER_FOLDS }).slice(0, count);
    const answerOf = (one: Machine, use?: Parameters<typeof modelAnswer>[2]) =>
      modelAnswer(
        question,
        (rows) => {
          const own = settingsOf(one, groundOf(rows, settings.outputDim ?? 1));
          return new KernelModel<never>({ task: partTask(question), ...paramsOf(own) });
        },
        use,
      );
    let fold = 0;
    const { reject } = options;
    const judge = reject && new RejectionExam(question, rejectScoreOf(reject, settings, isSparse));
    const useHeldOut = async (heldOut: KernelModel, rows: Table, trained: Table, said: Answer) => {
      fold += 1;
      await judge?.add(heldOut, trained, rows, said.predictions);
      const isLast = fold === folds.length || left() <= 0;
      if (!isLast || importance !== undefined || signal.aborted) return;
      importance = await importanceOf(heldOut, rows, question, options);
      const columns = [...(importance?.columns ?? [])].sort((a, b) => b.mean - a.mean);
      const names = columns.map(({ column }) => column);
      await options.onHeldOut?.(heldOut, rows, names);
    };
    const linear = linearFor({ task: question.task, isSparse });
    const answers = {
      chosen: answerOf(machine, useHeldOut),
      // The chosen one may be it.
      ...(keyOf(linear) !== keyOf(machine) && { linear: answerOf(linear) }),
      baseline: baselineAnswer(question),
    };
    for (const [name, answer] of Object.entries(answers)) {
      const exam = await examine(question, folds, metric, answer, {
        ...{ signal, left },
        onFold: (done) => onPhase('scores', done, folds.length),
      });
      if (exam) exams[name as keyof typeof exams] = exam;
    }
    if (options.learning && exams.chosen) {
      onPhase('learning curve', 0, 1);
      learning = await learningPoints(question, folds, metric, answerOf(machine), { signal, left });
    }
    if (judge && exams.chosen) rejecting = await judge.finish(model, table, reject);
  } catch (error) {
    model.dispose();
    throw error;
  }
  return {
    ...{ model, exams },
    ...(importance && { importance }),
    ...(rejecting && { rejecting }),
    ...(learning && { learning }),
  };
}

/** For the importances, however little time is left. */
const LEAST_SECONDS = 5;

/** How much the score falls where a column is shuffled, on rows that the model was not trained on. */
async function importanceOf(
  model: KernelModel,
  heldOut: Table,
  { target, seed }: Question,
  { settings, left, signal: given, onPhase = () => {} }: FinishOptions,
): Promise<PermutationImportance | undefined> {
  // Those that are left out, such as identifiers, change nothing.
  const columns = Object.keys(model.encoder?.columns ?? {});
  const features = outputDimOf(settings, columns.length);
  const { rows, repeats } = importanceRows(columns.length, features);
  const seconds = Math.max(LEAST_SECONDS, left() / 2);
  const signal = Number.isFinite(seconds)
    ? AbortSignal.any([given, AbortSignal.timeout(Math.round(1000 * seconds))])
    : given;
  try {
    return await permutationImportance(model, heldOut.head(rows), target, {
      ...{ repeats, seed, signal, columns },
      onProgress: ({ done, total }) => onPhase('importances', done, total),
    });
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}
