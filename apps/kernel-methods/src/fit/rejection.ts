import {
  chooseThreshold,
  type KernelModel,
  type Label,
  type RejectScoreName,
  rejecting,
} from '@kernel-methods/models';
import { count } from '@kernel-methods/report';
import { UsageError } from '@kernel-methods/runner';
import type { Question, Settings } from '@kernel-methods/search';
import type { Column, Table } from '@kernel-methods/tables';
import { labelsIn } from '../model/answer.ts';
import type { Rejecting } from '../model/model-record.ts';
import type { FitSettings } from '../options/options.ts';
import { type RejectScore, type RejectScoreEntry, rejectScores } from '../options/reject-scores.ts';

/** What "none of these" is to achieve: one of these shares. */
export interface RejectAsked {
  /** Of all rows, those that get a class. */
  readonly kept?: number;
  /** Of the rows that get a class, those that may get a wrong one. */
  readonly mistakes?: number;
  /** By which score; by the one that suits, if it is left out. */
  readonly score?: RejectScore;
}

/** @throws UsageError if both shares are given, or a score without one, or the target has no classes. */
export function rejectAsked(
  {
    reject: kept,
    rejectMistakes: mistakes,
    rejectScore: score,
  }: Pick<FitSettings, 'reject' | 'rejectMistakes' | 'rejectScore'>,
  { task }: Pick<Question, 'task'>,
): RejectAsked | undefined {
  if (kept === undefined && mistakes === undefined) {
    if (score === undefined) return undefined;
    throw new UsageError(
      `\`--reject-score\` must be given with --reject or --reject-mistakes. Received: ${score}.`,
    );
  }
  const flag = kept === undefined ? '--reject-mistakes' : '--reject';
  if (kept !== undefined && mistakes !== undefined) {
    throw new UsageError('`--reject` must be given alone, or `--reject-mistakes`. Received: both.');
  }
  if (task !== 'classification') {
    throw new UsageError(
      `\`${flag}\` must be left out for ${task === 'regression' ? 'a regression' : 'several labels per row'}. Received: ${kept ?? mistakes}.`,
    );
  }
  return {
    ...(kept !== undefined && { kept }),
    ...(mistakes !== undefined && { mistakes }),
    ...(score !== undefined && { score }),
  };
}

/** With more features, what is known of distances among them takes tens of megabytes. */
const MOST_FEATURES = 2048;

/**
 * The score that is asked for, or that suits: of rows that are unlike all classes the distance from them,
 * among as many features as that can be saved for; of mistakes how large the outputs are, which are small
 * where classes lie over each other.
 */
export function rejectScoreOf(
  { mistakes, score = mistakes === undefined ? 'relative-mahalanobis' : 'energy' }: RejectAsked,
  { outputDim }: Pick<Settings, 'outputDim'>,
  isSparse: boolean,
): RejectScoreName {
  const { score: name, needsFeatures }: RejectScoreEntry = rejectScores[score];
  const areFew = !isSparse && (outputDim ?? 0) <= MOST_FEATURES;
  return needsFeatures && !areFew ? 'energy' : name;
}

/** What to say where another score was taken than the one that was asked for. */
export function otherScoreNote(
  asked: RejectAsked | undefined,
  found: Rejecting | undefined,
): string | undefined {
  if (asked?.score === undefined || found === undefined) return undefined;
  const { name } = found.rejection.score;
  if (name === rejectScores[asked.score].score) return undefined;
  return `--reject-score ${asked.score} is for ${count(MOST_FEATURES)} features or fewer: of these, ${name} is taken instead.`;
}

/** Gathers scores of rows that models were not trained on, from which the threshold is chosen. */
export class RejectionExam {
  readonly #question: Pick<Question, 'target'>;
  readonly #score: RejectScoreName;
  readonly #known: number[] = [];
  readonly #right: boolean[] = [];

  constructor(question: Pick<Question, 'target'>, score: RejectScoreName) {
    this.#question = question;
    this.#score = score;
  }

  /** Scores the rows of a fold, of which the model that was trained on the others has said this. */
  async add(
    model: KernelModel,
    train: Table,
    test: Table,
    said: readonly unknown[],
  ): Promise<void> {
    const { target } = this.#question;
    const labels = labelsIn(test.column(target) as Column);
    const known = new Set<Label>(model.classes as readonly Label[]);
    // By groups, a fold may have none of the classes that it was trained on: it says nothing.
    if (!labels.some((label) => known.has(label))) return;
    const scores = await (await this.#judge(model, train)).scores(test);
    labels.forEach((label, row) => {
      if (!known.has(label)) return;
      this.#known.push(scores[row]);
      this.#right.push(said[row] === label);
    });
  }

  /** For the model that is kept, which was trained on all rows. */
  async finish(
    model: KernelModel,
    rows: Table,
    { kept: coverage, mistakes: falseAcceptances }: RejectAsked,
  ): Promise<Rejecting> {
    const [known, right] = [this.#known, this.#right];
    if (known.length === 0) {
      throw new UsageError(
        '`--reject` must have folds with classes that others have too: each group has classes of its own. Leave --reject or --groups out.',
      );
    }
    const aim = falseAcceptances === undefined ? { coverage } : { falseAcceptances };
    const most = known.reduce((a, b) => Math.max(a, b));
    // Where even the surest rows are wrong too often, only they are kept.
    const threshold = Math.min(most, chooseThreshold({ known, right, unknown: [] }, aim));
    const rejection = (await this.#judge(model, rows)).toJSON();
    const isKept = known.map((score) => score >= threshold);
    const answered = isKept.filter(Boolean).length;
    return {
      rejection: { ...rejection, threshold },
      kept: answered / known.length,
      right: right.filter((one, row) => one && isKept[row]).length / answered,
    };
  }

  async #judge(model: KernelModel, train: Table) {
    const { target } = this.#question;
    const judge = rejecting(model, { score: this.#score });
    // The threshold comes from all folds, so one row is enough here.
    await judge.calibrate(train.head(1) as Table, target as never, { training: [train, target] });
    return judge;
  }
}
