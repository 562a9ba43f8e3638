import type { Loss } from '@kernel-methods/losses';
import type { TableEncoder } from '@kernel-methods/tables';
import type * as tfl from '@tensorflow/tfjs-layers';
import type { Label } from '../data/labels.ts';
import type { SolverState } from '../solvers/solver.ts';
import type { LinkWith, Task } from '../tasks/task.ts';
import type { TaskName } from '../tasks/task-by-name.ts';
import type { FitSettings } from './fit-options.ts';

/** The state of a fitted model. */
export interface Fitted {
  readonly network: tfl.LayersModel;
  /**
   * The classes in ascending order, followed by those that `partialFit` added; absent in a
   * regression.
   */
  readonly classes?: readonly Label[];
  /** How its scores become probabilities, computed on first use. */
  readonly link: (fitted: Fitted) => Promise<LinkWith>;
  /** Whether probabilities decide instead of scores. */
  readonly decidesByLink: boolean;
  /** The solver's state, to continue from. */
  readonly state?: SolverState;
  /** The settings of the fit. */
  readonly settings: FitSettings;
  /** The loss for which it was fitted: the options may have changed since. */
  readonly loss: Loss;
  readonly task: TaskName | Task;
  /** The encoder of the table that it was fitted to; absent if it was fitted to rows of numbers. */
  readonly encoder?: TableEncoder;
  /** The column of the table that it predicts; absent if the targets were given separately. */
  readonly target?: string;
}
