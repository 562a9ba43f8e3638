import type { Loss } from '@kernel-methods/losses';
import type { TableEncoder } from '@kernel-methods/tables';
import type * as tfl from '@tensorflow/tfjs-layers';
import type { Label } from '../data/labels.ts';
import type { SolverState } from '../solvers/solver.ts';
import type { Task } from '../tasks/task.ts';
import type { TaskName } from '../tasks/task-by-name.ts';
import type { FitSettings } from './fit-options.ts';

/** What a model knows once it is fitted. */
export interface Fitted {
  readonly network: tfl.LayersModel;
  /** In ascending order, and those that `partialFit` met later behind; absent in a regression. */
  readonly classes?: readonly Label[];
  /**
   * Sharpness of the probabilities of a loss that has no link of its own, found when it is first
   * asked for.
   */
  readonly inverseTemperature: (fitted: Fitted) => Promise<number>;
  /** What the solver left to go on from. */
  readonly state?: SolverState;
  /** What the fit came to use. */
  readonly settings: FitSettings;
  /** For which it was fitted: the options may have changed since. */
  readonly loss: Loss;
  readonly task: TaskName | Task;
  /** How the table was coded that it was fitted to; absent where it was rows of numbers. */
  readonly encoder?: TableEncoder;
}
