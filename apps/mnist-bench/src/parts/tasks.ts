import { type SolverEntry, solvers } from './solvers.ts';

type SolverName = keyof typeof solvers;

/** What can be learned. A new task is an entry of the table, and one of `run/model.ts`. */
export interface TaskEntry {
  readonly help: string;
  /** The options that it does not use. */
  readonly unused: readonly (
    | 'loss'
    | 'solver'
    | 'epochs'
    | 'batchSize'
    | 'l2'
    | 'learningRate'
    | 'validationSplit'
    | 'rejectScore'
  )[];
  /** Whether it learns from some of the digits, which `--normal` names. */
  readonly needsNormal?: true;
  /** Whether it draws a sample of the rows. */
  readonly samples: boolean;
  /** The solver whose work it takes, if it has one of its own. */
  readonly worksLike?: SolverName;
}

/** Tasks, by the name of their option. */
export const tasks = {
  classes: { help: 'which digit it is', unused: [], samples: false },
  novelty: {
    help: 'whether it is one of the digits of --normal, learned from these alone, without labels (KernelOneClass)',
    unused: [
      ...(['loss', 'solver', 'epochs', 'batchSize', 'l2', 'learningRate'] as const),
      ...(['validationSplit', 'rejectScore'] as const),
    ],
    needsNormal: true,
    samples: true,
    worksLike: 'direct',
  },
} as const satisfies Readonly<Record<string, TaskEntry>>;

/** The solver that a configuration runs, or the one whose work its task takes. */
export function solverOf({ task, solver }: { task: TaskName; solver: SolverName }): SolverEntry {
  const { worksLike = solver }: TaskEntry = tasks[task];
  return solvers[worksLike];
}

/** The digits of a text such as '0,1,2'; undefined for all. */
export const digitsIn = (text: string | undefined): readonly number[] | undefined =>
  text?.split(',').map(Number);

export type TaskName = keyof typeof tasks;
