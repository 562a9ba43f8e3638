import {
  KernelModel,
  type PermutationImportance,
  permutationImportance,
} from '@kernel-methods/models';
import {
  foldsOf,
  linearFor,
  type Machine,
  type Memory,
  paramsOf,
  type Question,
  type RaceProgress,
  race,
  type Score,
  type Settings,
  settingsOf,
} from '@kernel-methods/search';
import type { Table } from '@kernel-methods/tables';
import { baselineAnswer, type Exam, examine, modelAnswer } from './exam.ts';
import {
  finalSettings,
  foldCount,
  importanceRows,
  outputDimOf,
  SEARCH_SHARE,
} from './plan-finish.ts';

/** What was found for a question. */
export interface Found {
  /** The model, fitted to all rows; the caller disposes of it. */
  readonly model: KernelModel;
  readonly machine: Machine;
  readonly settings: Settings;
  /** All scores of the search, those of the last round first. */
  readonly search: readonly Score[];
  /** The best score over the seconds of the search. */
  readonly path: readonly { readonly seconds: number; readonly score: Score }[];
  readonly stopped?: 'time' | 'signal';
  /** What each says of rows that it was not trained on; missing where the search was stopped. */
  readonly exams: Readonly<Partial<Record<'chosen' | 'linear' | 'baseline', Exam>>>;
  readonly importance?: PermutationImportance;
  /** Seconds until the first machine was scored. */
  readonly firstSeconds: number;
}

export interface FitTableOptions {
  readonly metric: string;
  readonly candidates?: number;
  /** The time for all of it; without it, and with a seed, the result repeats. */
  readonly seconds?: number;
  readonly signal: AbortSignal;
  readonly memory?: Memory;
  readonly onRace?: (progress: RaceProgress) => void;
  readonly onPhase?: (name: string, done: number, total: number) => void;
  /** Is given a model and rows that it was not trained on, before the model goes. */
  readonly onHeldOut?: (
    model: KernelModel,
    rows: Table,
    /** Those that matter most come first. */
    columns: readonly string[],
  ) => Promise<void>;
}

/**
 * Finds a model: the search, then the best on all rows, then what it and others say of rows that
 * they were not trained on.
 */
export async function fitTable(question: Question, options: FitTableOptions): Promise<Found> {
  const { seconds = Infinity, signal, metric, onPhase = () => {} } = options;
  const start = performance.now();
  const left = () => seconds - (performance.now() - start) / 1000;
  const path: { seconds: number; score: Score }[] = [];
  const raced = await race(question, {
    ...{ signal, seconds: seconds * SEARCH_SHARE },
    ...(options.candidates && { candidates: options.candidates }),
    ...(options.memory && { memory: options.memory }),
    onProgress(progress) {
      const { best, seconds } = progress;
      if (path.at(-1)?.score !== best) path.push({ seconds, score: best });
      options.onRace?.(progress);
    },
  });
  const { best, scores, stopped, groundOf, isSparse } = raced;
  const { table, target, task, weights } = question;
  const settings = finalSettings({
    best,
    rows: table.rows,
    groundOf,
    left: signal.aborted ? 0 : left(),
  });

  onPhase('the model on all rows', 0, 1);
  const began = performance.now();
  const model = new KernelModel<string>({ task, ...paramsOf(settings) });
  await model.fit(table, target, weights ? { sampleWeight: weights } : {});
  const fitSeconds = (performance.now() - began) / 1000;

  const exams: Partial<Record<'chosen' | 'linear' | 'baseline', Exam>> = {};
  let importance: PermutationImportance | undefined;
  try {
    const most = settings.outputDim ?? 1;
    const answerOf = (machine: Machine, use?: Parameters<typeof modelAnswer>[2]) =>
      modelAnswer(
        question,
        (rows) =>
          new KernelModel<never>({ task, ...paramsOf(settingsOf(machine, groundOf(rows, most))) }),
        use,
      );
    const folds = foldsOf(question, { from: 100 }).slice(
      0,
      foldCount(table.rows, fitSeconds, left() * 0.7),
    );
    let nth = 0;
    const held = async (heldOut: KernelModel<never>, rows: Table) => {
      nth++;
      if (nth < folds.length || signal.aborted) return;
      importance = await importanceOf(heldOut as KernelModel, rows, question, settings, {
        signal: Number.isFinite(left())
          ? AbortSignal.any([signal, AbortSignal.timeout(Math.round(Math.max(1000, 500 * left())))])
          : signal,
        onPhase,
      });
      const columns = [...(importance?.columns ?? [])].sort((a, b) => b.mean - a.mean);
      await options.onHeldOut?.(
        heldOut as KernelModel,
        rows,
        columns.map(({ column }) => column),
      );
    };
    const onFold = (done: number) => onPhase('scores', done, folds.length);
    onPhase('scores', 0, folds.length);
    const asked = {
      chosen: answerOf(best.machine, held),
      linear: answerOf(linearFor({ task, isSparse })),
      baseline: baselineAnswer(question),
    };
    for (const [name, answer] of Object.entries(asked)) {
      const exam = await examine(question, folds, metric, answer, { signal, onFold });
      if (exam) exams[name as keyof typeof asked] = exam;
    }
  } catch (error) {
    model.dispose();
    throw error;
  }
  return {
    ...{
      model: model as KernelModel,
      machine: best.machine,
      settings,
      search: scores,
      path,
      exams,
    },
    ...(stopped && { stopped }),
    ...(importance && { importance }),
    firstSeconds: path[0]?.seconds ?? 0,
  };
}

/** How much the score falls where a column is shuffled, on rows that the model was not trained on. */
async function importanceOf(
  model: KernelModel,
  heldOut: Table,
  { target, table, seed }: Question,
  settings: Settings,
  { signal, onPhase }: { signal: AbortSignal; onPhase: NonNullable<FitTableOptions['onPhase']> },
): Promise<PermutationImportance | undefined> {
  const columns = table.columns.length - 1;
  const { rows, repeats } = importanceRows(columns, outputDimOf(settings, columns));
  try {
    return await permutationImportance(model, heldOut.head(rows), target, {
      ...{ repeats, seed, signal },
      onProgress: ({ done, total }) => onPhase('importances', done, total),
    });
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}
