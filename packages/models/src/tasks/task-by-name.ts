import { classification } from './classification.ts';
import { type MultilabelOptions, multilabel } from './multilabel.ts';
import { quantiles } from './quantiles.ts';
import { regression } from './regression.ts';
import type { Task, TaskConfig } from './task.ts';

const tasks = { classification, multilabel: multilabel(), quantiles, regression } as const;

/** Makes a task with its own options, where it has any. */
const withConfig: Record<TaskName, (config: TaskConfig) => Task> = {
  classification: () => classification,
  multilabel: (config) => multilabel(config as MultilabelOptions),
  quantiles: () => quantiles,
  regression: () => regression,
};

/** The name of a task of this package. */
export type TaskName = keyof typeof tasks;

export const taskNames = Object.keys(tasks) as TaskName[];

/** A task of this package with the options that a saved model kept. */
export const taskByName = (name: TaskName, config: TaskConfig = {}): Task =>
  withConfig[name](config);

/** The task, given by its name or as an object. */
export const taskFor = (task: TaskName | Task): Task =>
  typeof task === 'string' ? tasks[task] : task;

export const isTaskName = (value: unknown): value is TaskName =>
  typeof value === 'string' && Object.hasOwn(tasks, value);

/** Whether a value has all members of a task. */
export function isTask(value: unknown): value is Task {
  const task = value as Partial<Task> | null | undefined;
  return (
    typeof task === 'object' &&
    typeof task?.name === 'string' &&
    (['encode', 'code', 'decide', 'decode', 'evaluate'] as const).every(
      (method) => typeof task[method] === 'function',
    )
  );
}
