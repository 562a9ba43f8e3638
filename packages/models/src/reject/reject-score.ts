import type { FeatureBlock } from '../estimators/feature-blocks.ts';
import type { ClassMoments } from './class-moments.ts';

/** Rows of a classifier, as a score sees them: each of these is computed when it is asked for. */
export interface RowsToScore {
  readonly rows: number;
  readonly classes: number;
  /** Scores of each class before any threshold, row-major `rows × classes`. */
  decisions(): Promise<Float32Array>;
  /** Probabilities, row-major `rows × classes`. */
  probabilities(): Promise<Float32Array>;
  /** Features, some rows at a time, in order. */
  features(): AsyncIterable<FeatureBlock>;
}

/** The settings of a score, as a saved calibration holds them. */
export type RejectScoreConfig = Readonly<Record<string, number>>;

/**
 * How sure it is that a row is of a known class: the greater, the surer. Each score is a file of its
 * own, and you can pass one of your own.
 */
export interface RejectScore<State = unknown> {
  readonly name: string;
  readonly config: RejectScoreConfig;
  /**
   * Learns where the classes lie from the rows that the classifier was trained on. Absent if there is
   * nothing to learn.
   */
  learn?(moments: ClassMoments, signal?: AbortSignal): Promise<State>;
  /** One number per row. */
  score(rows: RowsToScore, state: State): Promise<Float64Array>;
  /** The state as JSON, and back. Absent where there is nothing to learn. */
  write?(state: State): unknown;
  /** @throws TypeError or RangeError unless `write` could have returned it. */
  read?(json: unknown): State;
}
