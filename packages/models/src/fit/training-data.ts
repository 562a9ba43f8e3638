import type { TableEncoder } from '@kernel-methods/tables';
import type * as tfl from '@tensorflow/tfjs-layers';
import type { Dataset, Seen } from '../data/dataset.ts';
import { weightOf } from '../data/examples.ts';
import type { Head } from '../data/head.ts';
import type { Label, TargetsLike } from '../data/labels.ts';
import type { RowSource } from '../data/row-source.ts';
import type { RowsLike } from '../data/rows.ts';
import { mapOf } from '../network/network.ts';
import type { ResolvedOptions } from '../options.ts';
import type { Solution } from '../solvers/solver.ts';
import { taskFor } from '../tasks/task-by-name.ts';
import type { FitSize } from './choose-solver.ts';
import { type FitRun, fitHead } from './fit-head.ts';
import { fitNetwork } from './fit-network.ts';
import type { FitOptions } from './fit-options.ts';
import type { Fitted } from './fitted.ts';
import { prepareSplit } from './prepare.ts';

/** A network to continue from, and its head; the caller owns it. */
export interface Start {
  readonly network: tfl.LayersModel;
  readonly head: Head;
}

/** The training data of a fit: rows in memory, or a stream of rows. */
export interface TrainingData {
  /** Rows from which the feature map may learn: all, or the first of a stream. */
  readonly sample: RowSource;
  readonly classes?: readonly Label[];
  /** The initial bias of the head, one number per output. */
  readonly bias: Float32Array;
  readonly validates: boolean;
  /** The number of training rows, and the sum of their weights; absent for a stream. */
  readonly size?: Pick<FitSize, 'rows' | 'weight'>;
  /** The training rows, if they are in memory. */
  readonly training?: Dataset;
  /** Rows on which probabilities are calibrated. */
  readonly calibration: Dataset;
  /** How scores become probabilities, if it is known from the fit that is continued. */
  readonly calibrated?: Fitted['link'];
  /** The encoder that converted a table to the rows. */
  readonly encoder?: TableEncoder;
  /** The column of the table that is predicted. */
  readonly target?: string;
  /** The network and the head to go on from; absent where a new one is built. */
  from?(): Start;
  /**
   * Trains the head of a network, or all of it. If it throws, the network keeps the progress so
   * far.
   */
  solve(network: tfl.LayersModel, options: ResolvedOptions, run: FitRun): Promise<Solution>;
  dispose(): void;
}

/** Rows in memory. */
export interface ArrayData extends TrainingData {
  readonly training: Dataset;
}

export async function arrayData(
  x: RowsLike,
  y: TargetsLike | undefined,
  fitOptions: FitOptions,
  options: ResolvedOptions,
  seen?: Seen,
): Promise<ArrayData> {
  const split = await prepareSplit(x, y, fitOptions, options, seen);
  const { training, validation, dispose } = split;
  return {
    training,
    sample: training.x,
    classes: training.classes,
    bias: taskFor(options.task).startingBias(training, training.weights),
    validates: validation !== undefined,
    size: { rows: training.x.rows, weight: weightOf(training.x.rows, training.weights) },
    calibration: validation ?? training,
    solve(network, resolved, run) {
      const whole = resolved.wholeNetwork || mapOf(network).isTrainable;
      return (whole ? fitNetwork : fitHead)(network, split, resolved, run);
    },
    dispose,
  };
}
